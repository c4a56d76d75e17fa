import type { DeliveryTask } from '../../core/webhooks/delivery.ts';
import type { Lane, TaskToSend } from '../../core/webhooks/delivery-queue.ts';
import type { Wake } from '../../core/webhooks/delivery-repository.ts';

/** SQS delays no message for longer; the sweep wakes what waits longer. */
export const queueDelaySecondsMax = 900;

/**
 * Times that deliver may put a task on its own queue in one chain. Lambda counts such chains and ends them at about 16; after this many
 * the sweep, whose message begins a new chain, wakes the row instead.
 */
export const hopsMax = 8;

export interface WakePlan {
  readonly wake: Wake;
  /** Absent when the sweep wakes the row. */
  readonly message?: TaskToSend;
}

/**
 * How a task comes again after a wait: by a message with a delay where SQS and the count of hops allow it, else by the due index.
 *
 * @example planWake(task, { delaySeconds: 300, lane: 'fast', nowMs, sweepGraceMs })
 */
export function planWake(
  task: DeliveryTask,
  input: {
    readonly delaySeconds: number;
    readonly lane: Lane;
    readonly nowMs: number;
    readonly sweepGraceMs: number;
  },
): WakePlan {
  const hops = (task.hops ?? 0) + 1;
  const dueAtMs = input.nowMs + input.delaySeconds * 1_000;
  if (input.delaySeconds > queueDelaySecondsMax || hops > hopsMax) return { wake: { dueAtMs, sweepAtMs: dueAtMs } };
  return {
    wake: { dueAtMs, sweepAtMs: dueAtMs + input.sweepGraceMs },
    message: {
      task: { ...task, hops },
      // Never early: a row that is not due yet sends its message away.
      delaySeconds: Math.min(Math.ceil(input.delaySeconds), queueDelaySecondsMax),
      lane: input.lane,
    },
  };
}
