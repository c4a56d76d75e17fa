/** Numbers of the isolation rules; requirements 10 to 12 and 17 of the delivery contract. A run in fast motion scales the times. */
export interface EndpointLimits {
  /** Calls to one endpoint at the same time. */
  readonly inFlightMax: number;
  /** Of those, replays may take this many: what is live has the rest to itself. */
  readonly replaysInFlightMax: number;
  readonly replaysPerSecond: number;
  /** Longer than a call can last, so that only the slot of a dead worker is ever taken from it. */
  readonly slotMs: number;
  /** Failures in a row that open the breaker. */
  readonly streakMax: number;
  /** Or this share of the calls in a window, once there were enough of them to mean anything. */
  readonly windowMs: number;
  readonly windowCallsMin: number;
  readonly windowFailureShare: number;
  /** How long the breaker stays open at first, and at most; it doubles in between. */
  readonly openMs: number;
  readonly openMsMax: number;
  /** An endpoint whose p95 is above this goes the slow way. */
  readonly slowMs: number;
  /** Fewer calls than this say nothing about a lane. */
  readonly laneCallsMin: number;
  /** Nothing but failures for this long switches the webhook off; the tenant is warned before. */
  readonly disableAfterMs: number;
  readonly warnAfterMs: readonly number[];
}

const dayMs = 24 * 60 * 60_000;

export const endpointLimits: EndpointLimits = {
  inFlightMax: 5,
  replaysInFlightMax: 2,
  replaysPerSecond: 10,
  slotMs: 40_000,
  streakMax: 5,
  windowMs: 60_000,
  windowCallsMin: 10,
  windowFailureShare: 0.5,
  openMs: 30_000,
  openMsMax: 15 * 60_000,
  slowMs: 2_000,
  laneCallsMin: 4,
  disableAfterMs: 5 * dayMs,
  warnAfterMs: [dayMs, 3 * dayMs],
};

/** Calls that the row of an endpoint remembers. */
export const rememberedCalls = 20;
