import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createSerialQueue } from '../../../../connector/concurrency/serial-queue.ts';
import type { IncomingMessage } from '../../../../connector/engine/port.ts';
import type { IncomingSession } from '../../../../connector/inbox/take-incoming.ts';
import {
  type AutoReply,
  noAutoReply,
  type ReplyHistory,
  type ReplyRule,
  type ReplyTrigger,
} from '../../../../core/auto-reply/index.ts';
import { tableKeys } from '../../../../core/storage/table-keys.ts';
import { startConversationWorld } from '../../support/conversation-world.ts';

/** A rule that answers with text. */
export function rule(id: string, trigger: ReplyTrigger, fields: Partial<ReplyRule> = {}): ReplyRule {
  return { id, enabled: true, trigger, reply: { text: `answer of ${id}` }, hours: 'any', cooldownHours: 0, ...fields };
}

export const anything: ReplyTrigger = { kind: 'any' };

/** Sessions that answer by themselves, each with a queue of its own commands as a shard has it. */
export async function startReplyWorld() {
  const world = await startConversationWorld();
  const watcher = '491569999999';
  await world.control('POST', '/phones', { phone: watcher });

  const link = async (phone: string, autoReply: Partial<AutoReply>) => {
    const taken: { readonly message: IncomingMessage; readonly session: IncomingSession }[] = [];
    const session = await world.link(phone, {}, (parts) => ({
      takeIncoming: async (message, machine) => {
        taken.push({ message, session: machine });
        await parts.takeIncoming(message, machine);
      },
    }));
    const { machine } = session;
    const queue = createSerialQueue();
    const answers: string[] = [];
    let cutOff = false;
    session.onCommand(async (command) => {
      if (command.kind !== 'message.send') return;
      if (cutOff) throw new Error('The process ends here.');
      answers.push(command.messageId);
      // As the shard's queue does: the command is taken up later, in order, and a failure would show as an unhandled rejection.
      void queue.run(() => session.sendMessage(machine, command.messageId, AbortSignal.timeout(30_000)));
    });
    const { dynamodb, names } = world.tables;
    const set = async (changes: Partial<AutoReply>) => {
      await dynamodb.send(
        new UpdateCommand({
          TableName: names.control,
          Key: tableKeys.session(machine.name.tenantId, machine.name.sessionId),
          UpdateExpression: 'SET autoReply = :autoReply',
          ExpressionAttributeValues: { ':autoReply': { ...noAutoReply, enabled: true, ...changes } },
        }),
      );
      await machine.reconcile();
    };
    await set(autoReply);

    const event = (messageId: string) => session.event(`of ${messageId}`, ({ data }) => data.messageId === messageId);
    /** Messages of a session are taken one after the other: when this one is there, those before it have been thought about. */
    const settle = async () => {
      await event(await world.write(watcher, { to: 'status@broadcast', text: 'a mark', audience: [phone] }));
    };
    /** What somebody writes, and the answers that the session makes of it. */
    const ask = async (from: string, body: Record<string, unknown>) => {
      const before = answers.length;
      const id = await world.write(from, { to: phone, ...body });
      await event(id);
      await settle();
      await queue.idle();
      return { id, answers: answers.slice(before) };
    };
    /** The answer as the phone shows it; `undefined` when there is none. */
    const reply = async (from: string, body: Record<string, unknown> | string) => {
      const asked = await ask(from, typeof body === 'string' ? { text: body } : body);
      if (asked.answers.length > 1) throw new Error(`${asked.answers.length} answers to one message`);
      const [answer] = asked.answers;
      return answer === undefined ? undefined : await world.received(from, answer);
    };
    const chatOf = async (messageId: string) => (await event(messageId)).data.chat as { readonly id: string };
    const historyKey = (chatId: string) =>
      tableKeys.replyHistory(machine.name.tenantId, machine.name.sessionId, chatId);
    return {
      ...session,
      phone,
      set,
      settle,
      ask,
      reply,
      answers,
      idle: () => queue.idle(),
      /** Takes a message up to the moment before the command of its answer, and loses the answer's row too if that is wanted. */
      cutOffAnswer: async (from: string, { withRow }: { readonly withRow: boolean }): Promise<string> => {
        cutOff = true;
        const { id } = await ask(from, { text: 'cut off' });
        cutOff = false;
        const { tenantId, sessionId } = machine.name;
        const Key = historyKey((await chatOf(id)).id);
        const { Item } = await dynamodb.send(new GetCommand({ TableName: names.messages, Key, ConsistentRead: true }));
        const answer = String(Item?.lastAnswerId);
        const row = tableKeys.message(tenantId, sessionId, answer);
        if (withRow) await dynamodb.send(new DeleteCommand({ TableName: names.messages, Key: row }));
        return id;
      },
      /** Delivers a message once more, as WhatsApp does when no receipt came. */
      redeliver: async (messageId: string) => {
        const found = taken.find(({ message }) => message.messageId === messageId);
        if (found === undefined) throw new Error('No such message was taken.');
        await session.session.takeIncoming(found.message, found.session);
        await queue.idle();
      },
      chatOf,
      /** Makes everything that was noted of a chat older. */
      age: async (chatId: string, milliseconds: number) => {
        const TableName = names.messages;
        const { Item } = await dynamodb.send(
          new GetCommand({ TableName, Key: historyKey(chatId), ConsistentRead: true }),
        );
        if (Item === undefined) throw new Error(`Nothing is noted of ${chatId}.`);
        const { answeredAt = [], answeredAtByRule = {}, humanAt } = Item as Partial<ReplyHistory>;
        const older = Object.entries(answeredAtByRule).map(([id, at]) => [id, at - milliseconds]);
        await dynamodb.send(
          new PutCommand({
            TableName,
            Item: {
              ...Item,
              answeredAt: answeredAt.map((at) => at - milliseconds),
              answeredAtByRule: Object.fromEntries(older),
              ...(humanAt === undefined ? {} : { humanAt: humanAt - milliseconds }),
            },
          }),
        );
      },
    };
  };
  return { ...world, link };
}

export type ReplyWorld = Awaited<ReturnType<typeof startReplyWorld>>;
