import type { DeliveryState } from '../delivery-state.ts';

/**
 * A job that sends the deliveries of a time window once more.
 *
 * `running`: it has looked through the window up to `position`. A step takes at most 600 deliveries, as many as one webhook gets in a
 *   minute of replays; the request that makes the job takes the first step, and the `recover` function one each minute.
 * `done`: the window is looked through, or the job has recovered as many as one job may.
 * `stopped`: the webhook was switched off or deleted meanwhile.
 *
 * A webhook has one running job at a time: its place among the open jobs is taken when the job is made, and goes with its end. A step
 * takes a lease before it begins and gives it back at its end, each by a write on the condition that nobody else has stepped.
 */
export interface Recovery {
  readonly tenantId: string;
  readonly webhookId: string;
  /** Scope of the webhook, so that its row is one read away. */
  readonly scope: string;
  readonly recoveryId: string;
  readonly state: 'running' | 'done' | 'stopped';
  /** ISO 8601 in UTC. */
  readonly since: string;
  readonly until: string;
  readonly states: readonly DeliveryState[];
  /** Place in the list of deliveries, by time, up to which it has looked. */
  readonly position?: string;
  readonly scanned: number;
  readonly recovered: number;
  /** When the next delivery may be due, so that they keep their distance from step to step. */
  readonly nextDueMs: number;
  /** Writes so far, which tell one from the next. */
  readonly steps: number;
  /** While a step is taken: until when nobody else takes one. */
  readonly leaseUntilMs: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly expiresAtSeconds: number;
}

/** Deliveries that one job recovers. */
export const recoveredMax = 10_000;
/** The rate of replays to one endpoint, ten a second. */
export const replayEveryMs = 100;
export const recoveredPerStepMax = 600;
/** Rows that one step looks at, so that a window of nothing but successes ends a step as well. */
export const scannedPerStepMax = 10_000;

/** @example progressOf(job) // 0.42 */
export function progressOf({ state, position, since, until }: Recovery): number {
  if (state === 'done') return 1;
  if (position === undefined) return 0;
  const [from, to, at] = [since, until, position.slice(0, since.length)].map(Date.parse) as [number, number, number];
  return Math.round(Math.min(1, Math.max(0, (at - from) / Math.max(1, to - from))) * 1_000) / 1_000;
}
