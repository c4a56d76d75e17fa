import type { Lane } from '../delivery-queue.ts';
import { type EndpointHealth, rememberedOf } from './endpoint-health.ts';
import type { EndpointLimits } from './endpoint-limits.ts';

/** Whether the breaker must open now; one that is open already stays as it is. */
export function mustOpen(health: EndpointHealth, limits: EndpointLimits): boolean {
  if (health.breaker === 'open') return false;
  if ((health.streak ?? 0) >= limits.streakMax) return true;
  const { windowCalls = 0, windowFailures = 0 } = health;
  return windowCalls >= limits.windowCallsMin && windowFailures >= limits.windowFailureShare * windowCalls;
}

/**
 * How long the breaker stays open after it has opened the given number of times in a row.
 *
 * @example openForMs(1, endpointLimits) // 30_000
 */
export function openForMs(trips: number, { openMs, openMsMax }: EndpointLimits): number {
  return Math.min(openMsMax, openMs * 2 ** (trips - 1));
}

/** The lane that the remembered calls speak for. Too few of them leave an endpoint where it is. */
export function laneOf(health: EndpointHealth, current: Lane, limits: EndpointLimits): Lane {
  if (health.breaker === 'open') return 'slow';
  const remembered = rememberedOf(health);
  if (remembered.length < limits.laneCallsMin) return current;
  const failures = remembered.filter(({ isSuccess }) => !isSuccess).length;
  if (failures * 2 >= remembered.length) return 'slow';
  return p95(remembered.map(({ durationMs }) => durationMs)) > limits.slowMs ? 'slow' : 'fast';
}

/** What nothing but failures for so long means: how many warnings are due by now, and whether the webhook goes off. */
export function judgeTrouble(
  health: EndpointHealth,
  limits: EndpointLimits,
  nowMs: number,
): { readonly warnings: number; readonly isOver: boolean } | 'forgotten' | undefined {
  if (health.failingSinceMs === undefined) return undefined;
  const failingMs = nowMs - health.failingSinceMs;
  // So long ago that most of the time nothing can have been sent at all: it says nothing about the days in between.
  if (failingMs > 2 * limits.disableAfterMs) return 'forgotten';
  return {
    warnings: limits.warnAfterMs.filter((afterMs) => failingMs >= afterMs).length,
    isOver: failingMs >= limits.disableAfterMs,
  };
}

function p95(durationsMs: readonly number[]): number {
  const sorted = [...durationsMs].sort((left, right) => left - right);
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
}
