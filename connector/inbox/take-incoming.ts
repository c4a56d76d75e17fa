import type { Session } from '../../core/sessions/session.ts';
import type { IncomingMessage } from '../engine/port.ts';
import type { MessageStore } from '../storage/message-store.ts';
import type { PublishEvent } from './event-queue.ts';
import { isIgnored } from './ignored-chats.ts';
import { incomingEvent, incomingRow, type SessionFacts } from './incoming-event.ts';
import type { MessageRetention } from './message-retention.ts';
import { persist } from './persist.ts';

export interface TakeIncomingOptions {
  readonly publish: PublishEvent;
  readonly messages: MessageStore;
  readonly retentionDays: MessageRetention;
  readonly now: () => number;
  readonly monotonicNow: () => number;
  readonly random: () => number;
}

/** While a message is held, its contact's address is locked for all sessions; longer than this the socket is given up instead. */
const holdMs = 10_000;

/**
 * Makes a message durable, unless the session's settings leave it out: event and row at once, both safe to repeat. Resolves when both are stored; rejects after ten seconds
 * of trying, and then the engine closes the socket, so that WhatsApp keeps the message.
 *
 * @example await createTakeIncoming(options)(message, session)
 */
export function createTakeIncoming(options: TakeIncomingOptions) {
  const { publish, messages, retentionDays, now, monotonicNow, random } = options;
  return async (message: IncomingMessage, session: SessionFacts & Pick<Session, 'settings'>): Promise<void> => {
    if (isIgnored(message, session.settings)) return;
    const event = incomingEvent(message, session);
    const receivedAt = new Date(now()).toISOString();
    const row = incomingRow(message, session, { receivedAt, retentionDays: await retentionDays(session.tenantId) });
    await persist(() => Promise.all([publish(event), messages.putOnce(row)]), {
      timeoutMs: holdMs,
      monotonicNow,
      random,
    });
  };
}

export type TakeIncoming = ReturnType<typeof createTakeIncoming>;
