import { rememberedCalls } from './endpoint-limits.ts';

/**
 * How an endpoint (a webhook as deliver meets it) fares: one small row, which all workers share and none owns.
 *
 * Breaker. Closed, calls pass as far as there are slots. It opens after five failures in a row, or when half of at least ten calls of a
 * minute failed. While open nothing is called and no try is used; who comes is told when to come again. When its time is over, one
 * worker may probe: a success closes it and forgets the past, a failure opens it for twice as long, up to 15 minutes. Each failure in a
 * row also takes a slot away, so that no more calls are ever under way than may still fail before it opens.
 *
 * Slots. `leases` holds one entry for each call under way, with the moment at which it is void because its worker must be dead.
 *
 * Lane. An endpoint whose last calls are slow or mostly failures goes the slow way, until they are not. Its webhook's row says so,
 * because that is what fan-out reads.
 *
 * Trouble. `failingSinceMs` is set when a delivery is exhausted and goes with the next success; five days of it switch the webhook off.
 * The `told…` marks keep the tenant from hearing the same thing twice in an hour.
 *
 * Every change is one atomic update: counters by `ADD`, a call's slot in the ring by its own attribute, a transition by a condition.
 */
export interface EndpointHealth {
  /** Calls admitted ever; a call's number says where in the ring it is remembered. */
  readonly calls?: number;
  /** Failures since the last success. */
  readonly streak?: number;
  readonly windowFromMs?: number;
  readonly windowCalls?: number;
  readonly windowFailures?: number;
  /** `<until>/<lease id>`, the moment in milliseconds since 1970. */
  readonly leases?: ReadonlySet<string>;
  /** Absent: closed. */
  readonly breaker?: 'open';
  readonly openUntilMs?: number;
  /** Times that it opened since it was last closed. */
  readonly trips?: number;
  readonly probe?: string;
  readonly probeUntilMs?: number;
  readonly failingSinceMs?: number;
  /** Warnings given since then. */
  readonly warnings?: number;
  /** The tenant was told so and not yet that it is over. */
  readonly isFailing?: boolean;
  readonly toldFailingAtMs?: number;
  readonly toldExhaustedAtMs?: number;
  /** When the next replay may be made. */
  readonly replayNextMs?: number;
  readonly expiresAtSeconds?: number;
}

/** What one call showed. */
export interface CallResult {
  /** The number that the slot was given. */
  readonly call: number;
  readonly durationMs: number;
  readonly isSuccess: boolean;
}

/** One remembered call in the row, by its place in the ring. */
export function ringEntry({ call, durationMs, isSuccess }: CallResult): {
  readonly name: string;
  readonly value: string;
} {
  return { name: `ring${call % rememberedCalls}`, value: `${durationMs}/${isSuccess ? 'ok' : 'failed'}` };
}

/** The remembered calls of a row, in no order. */
export function rememberedOf(
  health: EndpointHealth,
): readonly { readonly durationMs: number; readonly isSuccess: boolean }[] {
  const row = health as Readonly<Record<string, unknown>>;
  return Array.from({ length: rememberedCalls }, (_, place) => row[`ring${place}`]).flatMap((value) => {
    if (typeof value !== 'string') return [];
    const [durationMs, outcome] = value.split('/');
    return [{ durationMs: Number(durationMs), isSuccess: outcome === 'ok' }];
  });
}

/** Slots whose worker must be dead. */
export function voidLeases({ leases }: EndpointHealth, nowMs: number): string[] {
  return [...(leases ?? [])].filter((lease) => Number.parseInt(lease, 10) <= nowMs);
}

/** Calls that may be under way at once: after a failure no more than may still fail before the breaker opens. */
export function slotsAt(streak: number, bounds: { readonly inFlightMax: number; readonly streakMax: number }): number {
  return streak === 0 ? bounds.inFlightMax : Math.min(bounds.inFlightMax, bounds.streakMax - streak);
}
