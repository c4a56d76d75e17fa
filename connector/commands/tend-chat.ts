import type { Command } from '../../core/commands/command.ts';
import { within } from '../concurrency/within.ts';
import type { EngineConnection, ReadMark } from '../engine/port.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { MessageStore } from '../storage/message-store.ts';

export interface TendChatOptions {
  readonly messages: Pick<MessageStore, 'find' | 'findProtocol'>;
  readonly logger: Logger;
}

type ChatCommand = Extract<Command, { readonly kind: 'chat.read' | 'chat.presence' }>;

/** Neither is worth holding up the session's messages. */
const tendMs = 3_000;

/**
 * Marks messages as read, or shows that somebody types. Best effort: without a connection there is nobody to show it to, and later it would
 * be a lie.
 *
 * @example await createTendChat({ messages, logger })(command, machine.connection)
 */
export function createTendChat({ messages, logger }: TendChatOptions) {
  const markOf = async (command: Extract<ChatCommand, { kind: 'chat.read' }>, messageId: string): Promise<ReadMark> => {
    const [row, protocol] = await Promise.all([
      messages.find(command, messageId),
      messages.findProtocol(command, messageId),
    ]);
    const mark = { messageId, chatId: command.chatId, from: row?.from ?? null };
    return protocol === undefined ? mark : { ...mark, protocol };
  };
  const tend = async (command: ChatCommand, connection: EngineConnection) => {
    if (command.kind === 'chat.presence') return connection.showPresence(command.chatId, command.presence);
    const marks = await Promise.all(command.messageIds.map((messageId) => markOf(command, messageId)));
    return connection.markRead(marks);
  };
  return async (command: ChatCommand, connection: EngineConnection | undefined): Promise<void> => {
    const { sessionId, kind } = command;
    if (connection === undefined)
      return logger.info({ sessionId, kind }, 'The session is not connected; nothing was shown');
    const tended = tend(command, connection).catch((error: unknown) => {
      logger.warn({ sessionId, kind, ...errorFields(error) }, 'A chat could not be tended');
    });
    await within(tendMs, tended);
  };
}

export type TendChat = ReturnType<typeof createTendChat>;
