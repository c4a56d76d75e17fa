import { S3Client } from '@aws-sdk/client-s3';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { createConversations } from '../../../connector/create-conversations.ts';
import type { Command } from '../../../core/commands/command.ts';
import { chatIdOf } from '../../../core/directory/chat-id.ts';
import type { EventEnvelope } from '../../../core/events/event.ts';
import { newMessageId } from '../../../core/ids.ts';
import type { Message } from '../../../core/messages/message.ts';
import { chatKeys } from '../../../core/messages/message-repository.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { startS3 } from '../../../local/engines/s3/index.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startSimulatedWorld } from './simulated-world.ts';
import { testSealer } from './test-sealer.ts';

const nothing = () => undefined;

type SessionSide = ReturnType<typeof createConversations>['session'];

/** Linked sessions in this process with all that conversations need: real tables, a real bucket, real sockets against the simulator. */
export async function startConversationWorld(
  onLog: (fields: Readonly<Record<string, unknown>>, message: string) => void = nothing,
) {
  const [world, s3] = await Promise.all([startSimulatedWorld(), startS3()]);
  const { dynamodb, names } = world.tables;
  const bucket = s3.createBucket('test-media').name;
  const s3Client = new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const made: ReturnType<typeof createConversations>[] = [];
  let aheadMs = 0;

  /** A session whose phone has scanned, and the events that it makes. */
  const link = async (
    phone: string,
    own: Record<string, unknown> = {},
    changes: (parts: SessionSide) => Partial<SessionSide> = () => ({}),
  ) => {
    // Traffic of tests comes in bursts.
    const settings = { sending: { pacing: false, newChatsPerDay: null }, ...own };
    const events: EventEnvelope[] = [];
    let commanded: (command: Command) => Promise<void> = async () => undefined;
    const conversations = createConversations({
      configuration: {
        tables: { control: names.control, keys: names.keys, messages: names.messages, fleet: names.fleet },
        mediaBucket: bucket,
        mediaBytesMax: 20 * 1024 * 1024,
        allowedCidrs: ['127.0.0.1/32'],
      },
      clients: { dynamodb, s3: s3Client },
      sealer: testSealer,
      publish: async (event) => {
        if (!events.some(({ id }) => id === event.id)) events.push(event);
      },
      sendCommand: (_, command) => commanded(command),
      retentionDays: async () => 7,
      mayAct: () => true,
      logger: { debug: nothing, info: onLog, warn: onLog, error: onLog },
      now: () => Date.now() + aheadMs,
      monotonicNow: world.monotonicNow,
      random: () => 0,
    });
    made.push(conversations);
    const linked = await world.link(phone, { ...conversations.session, ...changes(conversations.session) }, settings);
    const { machine } = linked;
    const messages = conversations.session.messages;
    return {
      ...linked,
      ...conversations,
      conversationEvents: events,
      event: (what: string, fits: (event: EventEnvelope) => boolean) =>
        waitFor(`event: ${what}`, () => events.find(fits)),
      message: (messageId: string) => messages.find(machine.name, messageId),
      /** Who gets the commands that the session gives itself; until then nobody. */
      onCommand: (take: (command: Command) => Promise<void>) => {
        commanded = take;
      },
      /** What the API would write, then the command. */
      send: async (
        to: { readonly phone?: string; readonly id?: string },
        fields: Pick<Message, 'content'> & Partial<Message>,
      ): Promise<Message> => {
        const messageId = newMessageId();
        const at = new Date().toISOString();
        const id = to.id ?? chatIdOf(`${to.phone}@s.whatsapp.net`, undefined);
        const row: Message = {
          ...machine.name,
          messageId,
          direction: 'outbound',
          chat: { id, phone: to.phone === undefined ? null : `+${to.phone}`, lid: null, name: null },
          to: to.phone ?? id,
          status: 'queued',
          createdAt: at,
          updatedAt: at,
          expiresAtSeconds: 2 ** 31,
          ...fields,
        };
        const key = tableKeys.message(row.tenantId, row.sessionId, messageId);
        await dynamodb.send(new PutCommand({ TableName: names.messages, Item: { ...key, ...chatKeys(row), ...row } }));
        await conversations.sendMessage(machine, messageId, AbortSignal.timeout(30_000));
        return (await messages.find(machine.name, messageId)) as Message;
      },
    };
  };

  return {
    ...world,
    link,
    /** Puts the clock of sending forward, for days that end. */
    advance: (milliseconds: number) => {
      aheadMs += milliseconds;
    },
    s3Client,
    bucket,
    /** What a phone received, as its owner sees it. */
    received: async (phone: string, messageId: string) =>
      waitFor(`message ${messageId} on ${phone}`, async () => {
        const { messages } = await world.control('GET', `/phones/${phone}/messages`);
        return (messages as { id: string }[]).find(({ id }) => id === messageId) as Record<string, unknown> | undefined;
      }),
    write: async (phone: string, body: Record<string, unknown>): Promise<string> =>
      (await world.control('POST', `/phones/${phone}/messages`, body)).id,
    stop: async () => {
      for (const each of made) each.destroy();
      s3Client.destroy();
      await world.stop();
      await s3.stop();
    },
  };
}

export type ConversationWorld = Awaited<ReturnType<typeof startConversationWorld>>;
