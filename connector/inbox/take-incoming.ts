import type { Message } from '../../core/messages/message.ts';
import { type ChangeContent, hasMedia, isChange } from '../../core/messages/message-content.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { ReplyingSession } from '../auto-reply/auto-reply.ts';
import type { DirectoryKeeper } from '../directory/directory-keeper.ts';
import type { IncomingMessage } from '../engine/port.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { MediaDesk } from '../media/media-desk.ts';
import type { SessionHandle } from '../session/session-handle.ts';
import type { ChangeStore } from '../storage/change-store.ts';
import type { MessageStore } from '../storage/message-store.ts';
import type { PublishEvent } from './event-queue.ts';
import { isIgnored } from './ignored-chats.ts';
import { incomingEvent, incomingRow } from './incoming-event.ts';
import { isUnstorable } from './is-unstorable.ts';
import { mayChange } from './may-change.ts';
import type { MessageRetention } from './message-retention.ts';
import { persist } from './persist.ts';

export interface TakeIncomingOptions {
  readonly publish: PublishEvent;
  readonly messages: MessageStore;
  readonly changes: ChangeStore;
  readonly media: Pick<MediaDesk, 'note' | 'start'>;
  readonly directory: Pick<DirectoryKeeper, 'noteMessage' | 'isAdmin'>;
  /** Answers by the session's rules once the message is safe. */
  readonly reply: (message: IncomingMessage, session: IncomingSession) => Promise<void>;
  readonly logger: Logger;
  readonly retentionDays: MessageRetention;
  readonly now: () => number;
  readonly monotonicNow: () => number;
  readonly random: () => number;
}

export type IncomingSession = SessionHandle & ReplyingSession & Pick<Session, 'settings'>;

/** While a message is held, its contact's address is locked for all sessions; longer than this the socket is given up instead. */
const holdMs = 10_000;

/**
 * Makes a message durable, unless the session's settings leave it out: event, row, and the job to fetch its medium at once, all safe to
 * repeat. What no table takes is kept as `unsupported`. Resolves when all are stored; rejects after ten seconds of trying, and then the engine closes the socket, so that WhatsApp
 * keeps the message.
 *
 * @example await createTakeIncoming(options)(message, session)
 */
export function createTakeIncoming(options: TakeIncomingOptions) {
  const { media, directory, retentionDays, now, logger } = options;
  return async (incoming: IncomingMessage, session: IncomingSession): Promise<void> => {
    if (isIgnored(incoming, session.settings)) return;
    const receivedAt = new Date(now()).toISOString();
    const facts = { receivedAt, retentionDays: await retentionDays(session.tenantId) };
    const store = async (message: IncomingMessage) => {
      const row = incomingRow(message, session, facts);
      await persist(() => storeOnce(options, { message, row, session }), {
        ...{ timeoutMs: holdMs, isLasting: isUnstorable },
        ...options,
      });
      return { message, row };
    };
    const { message, row } = await store(incoming).catch((error: unknown) => {
      if (!isUnstorable(error)) throw error;
      const { sessionId } = session;
      const fields = { sessionId, messageId: incoming.messageId, type: incoming.content.type, ...errorFields(error) };
      logger.error({ ...fields, reason: 'unstorable' }, 'A message cannot be stored as it is');
      return store(withoutContent(incoming));
    });
    if (needsFetching(message.content)) media.start(row, session);
    // Before the directory notes that this contact wrote, and before WhatsApp gets its receipt.
    await options.reply(message, session);
    directory.noteMessage(message, session);
  };
}

/** All that of a message may be kept whatever is in it: without this it would come again for ever, and end the socket each time. */
function withoutContent({ context: _context, protocol: _protocol, ...message }: IncomingMessage): IncomingMessage {
  return { ...message, content: { type: 'unsupported', kind: 'unstorable' } };
}

async function storeOnce(
  options: TakeIncomingOptions,
  { message, row, session }: { message: IncomingMessage; row: Message; session: IncomingSession },
): Promise<void> {
  const { publish, messages, media } = options;
  const { content } = message;
  if (isChange(content)) return takeChange(options, { message, content, row, session });
  await Promise.all([
    publish(incomingEvent(message, session)),
    messages.putOnce(row, message.protocol),
    needsFetching(content) ? media.note(row) : undefined,
  ]);
}

export type TakeIncoming = ReturnType<typeof createTakeIncoming>;

interface TakenChange {
  readonly message: IncomingMessage;
  readonly content: ChangeContent;
  readonly row: Message;
  readonly session: IncomingSession;
}

/** The row of a change shows that it was taken before; what it changes is shown on its target's row. */
async function takeChange(
  options: TakeIncomingOptions,
  { message, content, row, session }: TakenChange,
): Promise<void> {
  const { messages, changes, publish, directory, logger } = options;
  const { messageId } = content.target;
  const target = await messages.find(session, messageId);
  const isAdmin =
    content.type === 'delete' && message.chat.id.endsWith('@g.us')
      ? await directory.isAdmin(session, message.chat.id, message.from)
      : false;
  if (!mayChange(content, message, target, isAdmin)) {
    const { sessionId } = session;
    const fields = { sessionId, messageId, changeId: message.messageId, change: content.type };
    logger.warn({ ...fields, reason: 'not_the_author' }, 'A change was not believed');
    return messages.putOnce(row);
  }
  const applied = { content, by: message.from.id, at: message.sentAt };
  await Promise.all([
    publish(incomingEvent(message, session)),
    messages.putOnce(row),
    target === undefined || isChange(target.content) ? undefined : changes.apply(session, { target, ...applied }),
  ]);
}

function needsFetching(content: Message['content']): boolean {
  return hasMedia(content) && content.media.status === 'pending';
}
