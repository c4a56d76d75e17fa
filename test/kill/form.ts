/** What can happen to a fleet. `kill` takes the connector, `kill-task` its parent too. */
export const faultKinds = ['kill', 'kill-task', 'restart', 'freeze', 'deploy'] as const;

export type FaultKind = (typeof faultKinds)[number];

/** How large a run is. */
export interface KillForm {
  readonly workers: number;
  readonly sessions: number;
  readonly inboundPerSecond: number;
  readonly outboundPerSecond: number;
  readonly faults: Readonly<Record<FaultKind, number>>;
  readonly frozenMs: number;
  /** Traffic without an accident before the first, between two and after the last; varied by a half. */
  readonly calmMs: number;
}

/** What is promised. */
export const fullForm: KillForm = {
  workers: 3,
  sessions: 24,
  inboundPerSecond: 40,
  outboundPerSecond: 10,
  faults: { kill: 22, 'kill-task': 8, restart: 10, freeze: 5, deploy: 3 },
  frozenMs: 20_000,
  calmMs: 2_000,
};

/** One of each kind, for every run of all tests. */
export const shortForm: KillForm = {
  workers: 3,
  sessions: 6,
  inboundPerSecond: 12,
  outboundPerSecond: 3,
  faults: { kill: 1, 'kill-task': 1, restart: 1, freeze: 1, deploy: 1 },
  frozenMs: 10_000,
  calmMs: 1_000,
};
