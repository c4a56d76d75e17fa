import type { EngineEvent } from '../engine/port.ts';
import type { PublishEvent } from '../inbox/event-queue.ts';
import type { SessionFacts } from '../inbox/incoming-event.ts';
import { persist } from '../inbox/persist.ts';
import type { Surroundings } from '../session/session-dependencies.ts';
import type { MessageStore } from '../storage/message-store.ts';
import { statusEvent } from './message-events.ts';
import type { SendsInFlight } from './sends-in-flight.ts';

type Receipt = Extract<EngineEvent, { type: 'receipt' }>;

export interface TakeReceiptOptions extends Surroundings {
  readonly messages: MessageStore;
  readonly publish: PublishEvent;
  readonly sends: SendsInFlight;
}

const publishMs = 10_000;
/** A receipt may be faster than the ack; `message.sent` shall come first, but not at the price of a stuck queue. */
const sendMs = 5_000;

const momentOf = { delivered: 'deliveredAt', read: 'readAt', played: 'playedAt' } as const;

/**
 * Notes a receipt on the rows of the messages that it names, and tells the tenant when a row really moved: receipts repeat, overtake
 * each other, and also name messages that were written on the phone.
 *
 * @example await createTakeReceipt(options)(receipt, session)
 */
export function createTakeReceipt(options: TakeReceiptOptions) {
  const { messages, publish, sends } = options;
  return async ({ status, messageIds, at }: Receipt, session: SessionFacts): Promise<void> => {
    const progress = {
      updatedAt: new Date(options.now()).toISOString(),
      [momentOf[status]]: at,
    };
    for (const messageId of messageIds) {
      await sends.settled(session.sessionId, messageId, sendMs);
      const moved = await messages.advance(session, messageId, status, progress);
      if (moved === undefined) continue;
      await persist(() => publish(statusEvent(moved, session, status, at)), { ...options, timeoutMs: publishMs });
    }
  };
}
