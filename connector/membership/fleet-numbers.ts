/** The numbers of the fleet that tests and simulations may want to turn; the reasons stand in `docs/architecture.md`. */
export interface FleetNumbers {
  /** Of all shards, how many may be given new targets in one round. */
  readonly movesShare: number;
  /** Shards on their way from one worker to another at the same time. */
  readonly pairMovesMax: number;
  /** How far above its fair share a worker must be before anything is moved only for the balance. */
  readonly surplusShare: number;
  /** For how long it must be so. */
  readonly surplusMs: number;
  /** After a take-over nothing is moved for the balance for this long. */
  readonly calmMs: number;
  /** A target that has not said `ready` after this long does not answer. */
  readonly readyMs: number;
  /** A worker of a newer revision counts only when it has lived this long: one that dies at its start must not draw sessions. */
  readonly matureMs: number;
  /** Of the fleet's sessions, how many must have lost their sockets within ten seconds for a storm. */
  readonly stormShare: number;
  /** Fewer are none, however small the fleet is: they are back before anybody has slowed down. */
  readonly stormFallsMin: number;
}

export const fleetNumbers: FleetNumbers = {
  movesShare: 0.1,
  pairMovesMax: 4,
  surplusShare: 0.2,
  surplusMs: 60_000,
  calmMs: 60_000,
  readyMs: 10_000,
  matureMs: 10_000,
  stormShare: 0.5,
  stormFallsMin: 10,
};
