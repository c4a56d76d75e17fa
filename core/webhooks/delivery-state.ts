/**
 * The life of a delivery, which is one event on its way to one webhook.
 *
 * `pending`: fan-out wrote the row and put a task on the queue; no try was made yet.
 * `sending`: a worker holds the row under a lease and makes one try. It is the only one who may move the row on. When it dies, the lease
 *   runs out, and whoever reaches for the row then makes the same try again, under the same `webhook-id`.
 * `waiting`: a try failed, or could not be made (the webhook's breaker was open, our own way out was closed); `dueAt` says when the next
 *   may be made, and nobody may make it earlier. Only a try that was made is counted.
 * `succeeded`: the receiver answered 2xx.
 * `exhausted`: ten tries failed.
 * `aborted`: the receiver asked to hear no more of this event (`webhook-delivery: abort-message`).
 * `disabled`: the webhook was switched off or deleted, or answered 410.
 *
 * The last four are ends. By hand (resend, recover) an ended or waiting delivery goes back to `waiting`, due at once and marked
 * `isManual`: that try is numbered like any other but not counted against the schedule, so that it takes nothing from a delivery that
 * still has tries and gives one to a delivery that has none.
 *
 * Every row that has not ended has a place in the due index. Whatever is lost (a message, a worker, a dead-lettered task), the sweep
 * finds the row there and puts it back on the queue.
 *
 * Every move is one conditional write on the state and on the lease or the number of tries; `move-delivery.ts` makes them all.
 */
export type DeliveryState = 'pending' | 'sending' | 'waiting' | 'succeeded' | 'exhausted' | 'aborted' | 'disabled';

export type EndedState = Extract<DeliveryState, 'succeeded' | 'exhausted' | 'aborted' | 'disabled'>;

const moves: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  pending: ['sending', 'waiting', 'disabled'],
  sending: ['sending', 'waiting', 'succeeded', 'exhausted', 'aborted', 'disabled'],
  waiting: ['sending', 'waiting', 'disabled'],
  succeeded: ['waiting'],
  exhausted: ['waiting'],
  aborted: ['waiting'],
  disabled: ['waiting'],
};

export const deliveryStates = Object.keys(moves) as readonly DeliveryState[];

/** States from which one move leads to the given one. */
export function statesBefore(next: DeliveryState): readonly DeliveryState[] {
  return deliveryStates.filter((state) => moves[state].includes(next));
}

export function isEnded(state: DeliveryState): state is EndedState {
  return state !== 'pending' && state !== 'sending' && state !== 'waiting';
}
