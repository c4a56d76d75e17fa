/** What the scaler knows when it decides. Times are Unix milliseconds. */
export interface FleetFacts {
  /** Sessions that need a connector. */
  readonly needed: number;
  /** Sessions that one task takes at most. */
  readonly capacity: number;
  /** Tasks that ECS is asked for now. */
  readonly desired: number;
  /** Live connectors, by what they report of themselves. */
  readonly workers: readonly WorkerStrain[];
  readonly workersMin: number;
  readonly workersMax: number;
  /** How long nobody must need a connector until no task runs; absent: the minimum always runs. */
  readonly zeroAfterMs?: number | undefined;
  readonly nowMs: number;
  readonly memory: ScalerMemory;
}

export interface WorkerStrain {
  readonly memoryBytes?: number;
  readonly memoryLimitBytes?: number;
  readonly eventLoopDelayP99Ms?: number;
}

/** What one decision leaves for the next. */
export interface ScalerMemory {
  readonly surplusSince?: number | undefined;
  readonly idleSince?: number | undefined;
  readonly loweredAt?: number | undefined;
  readonly relievedAt?: number | undefined;
}

export type DecisionReason = 'enough' | 'more_sessions' | 'strained' | 'fewer_sessions' | 'waits_to_lower' | 'nobody';

export interface Decision {
  readonly desired: number;
  readonly reason: DecisionReason;
  readonly memory: ScalerMemory;
}

/** Part of its capacity that a task should carry: the rest takes over when another task dies. */
const targetLoad = 0.65;
/** A task less in this time: sessions that move are away for about a second, and a fleet that breathes in and out pays twice. */
export const lowerEveryMs = 15 * 60_000;
/** Bounds of a worker that works well. */
const memoryShareMax = 0.75;
const eventLoopDelayP99MsMax = 100;
/** One overloaded worker is a matter of the planner; a quarter of them is one of the fleet's size. */
const strainedShareMax = 0.25;
/** A new task needs about a minute to start and another one to take shards: before that it cannot have helped. */
export const relieveEveryMs = 3 * 60_000;
const relieveShare = 0.1;

/**
 * How many tasks there should be: the sessions at 65 % of a task's capacity, within the bounds; at once when that is more, one less
 * each quarter of an hour when it is less, and none when nobody needs one for long enough. When workers run short of memory or of
 * time for their event loop, a tenth is added, at least one.
 *
 * @example decide({ needed: 700, capacity: 400, desired: 2, workersMin: 2, workersMax: 20, … }).desired // 3
 */
export function decide(given: FleetFacts): Decision {
  const { desired, nowMs, workersMax } = given;
  const { idleSince = nowMs, ...remembered } = given.memory;
  const memory = given.needed === 0 ? { ...remembered, idleSince } : remembered;
  const facts = { ...given, memory };
  const target = targetOf(facts);
  if (target > desired) return { desired: target, reason: 'more_sessions', memory: without(memory) };
  const strained = isStrained(facts.workers);
  if (strained && desired < workersMax && desired > 0) return relieve(facts);
  if (target === desired || strained) return { desired, reason: 'enough', memory: without(memory) };

  const surplusSince = memory.surplusSince ?? nowMs;
  const waiting: Decision = { desired, reason: 'waits_to_lower', memory: { ...memory, surplusSince } };
  if (facts.needed === 0 && facts.zeroAfterMs !== undefined) {
    if (nowMs - idleSince < facts.zeroAfterMs) return waiting;
    return { desired: 0, reason: 'nobody', memory: { ...without(memory), loweredAt: nowMs } };
  }
  const lastChange = Math.max(surplusSince, memory.loweredAt ?? 0);
  if (nowMs - lastChange < lowerEveryMs) return waiting;
  return { desired: desired - 1, reason: 'fewer_sessions', memory: { ...memory, surplusSince, loweredAt: nowMs } };
}

function targetOf({ needed, capacity, workersMin, workersMax, zeroAfterMs }: FleetFacts): number {
  if (needed === 0 && zeroAfterMs !== undefined) return 0;
  return Math.min(workersMax, Math.max(workersMin, Math.ceil(needed / (capacity * targetLoad))));
}

function relieve({ desired, memory, nowMs, workersMax }: FleetFacts): Decision {
  if (memory.relievedAt !== undefined && nowMs - memory.relievedAt < relieveEveryMs) {
    return { desired, reason: 'enough', memory: without(memory) };
  }
  const more = Math.min(workersMax, desired + Math.max(1, Math.ceil(desired * relieveShare)));
  return { desired: more, reason: 'strained', memory: { ...without(memory), relievedAt: nowMs } };
}

function isStrained(workers: readonly WorkerStrain[]): boolean {
  const strained = workers.filter(
    ({ memoryBytes = 0, memoryLimitBytes = Number.POSITIVE_INFINITY, eventLoopDelayP99Ms = 0 }) =>
      memoryBytes > memoryLimitBytes * memoryShareMax || eventLoopDelayP99Ms > eventLoopDelayP99MsMax,
  );
  return strained.length > 0 && strained.length >= workers.length * strainedShareMax;
}

/** A surplus counts only without a break. */
function without({ surplusSince: _, ...memory }: ScalerMemory): ScalerMemory {
  return memory;
}
