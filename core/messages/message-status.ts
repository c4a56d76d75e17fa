import type { MessageStatus } from './message.ts';

/** Place of each status on a message's way; receipts overtake each other, and a later place never goes back. */
const rank: Record<MessageStatus, number> = {
  queued: 0,
  sending: 1,
  failed: 2,
  sent: 3,
  received: 3,
  delivered: 4,
  read: 5,
  played: 6,
};

/**
 * Whether a message may move from one status to another. `failed` never follows a proof that the message left, and a
 * receipt that arrives after an ack error wins: the phone has it.
 *
 * @example statusAdvances('delivered', 'sent') // false
 */
export function statusAdvances(from: MessageStatus, to: MessageStatus): boolean {
  return rank[to] > rank[from];
}

/** The statuses from which `to` may be reached: the operands of the condition of a database update. */
export function statusesBefore(to: MessageStatus): MessageStatus[] {
  return (Object.keys(rank) as MessageStatus[]).filter((from) => statusAdvances(from, to));
}
