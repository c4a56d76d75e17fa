/** A connector task as the fleet sees it. `beat` is a counter: observers time its silence by their own clock, never by this row. */
export interface WorkerRow {
  readonly workerId: string;
  /** New with each start of the process, so that a restart in place is a new owner. */
  readonly incarnation: string;
  readonly beat: number;
  /** Revision of the task definition: a newer one wins new shards. */
  readonly generation: number;
  readonly capacity: number;
  readonly sessions: number;
  readonly shards: number;
  readonly draining: boolean;
  readonly startedAt: string;
  /** Operating-system id of the connector process, for the operator's eyes. */
  readonly processId: number;
  /** Set by the parent process when the connector died: no need to wait for silence. */
  readonly dead?: boolean;
}

/** Ownership of a shard. Taken over only by a conditional write that adds one to `epoch`. */
export interface ShardRow {
  readonly shard: number;
  readonly owner?: string;
  readonly incarnation?: string;
  readonly epoch: number;
  /** Planned next owner during a graceful hand-off. */
  readonly target?: string;
}
