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
  /** Sessions with a socket, by shard: a plan that guesses them would move shards to and fro. */
  readonly shardSessions?: Readonly<Record<string, number>>;
  /** Wants to be empty: its shards move away at its own pace, and nothing new is given to it. */
  readonly draining: boolean;
  /** Was told to stop and will be gone in two minutes: its shards must go, wherever there is anybody. */
  readonly leaving?: boolean;
  /** Set from outside (the scaler): this worker shall drain, so that its task can be stopped, or because its revision was rolled back. */
  readonly retiring?: boolean;
  /** Grows whenever the planner wrote something that concerns this worker; in a large fleet it looks only then. */
  readonly look?: number;
  readonly startedAt: string;
  /** Resident memory of the connector and what its task may use, and how late its event loop runs in the slowest hundredth. */
  readonly memoryBytes?: number;
  readonly memoryLimitBytes?: number;
  readonly eventLoopDelayP99Ms?: number;
  /** Sockets that WhatsApp or the network ended, or refused, within the last seconds. */
  readonly fell?: number;
  /** Operating-system id of the connector process, for the operator's eyes. */
  readonly processId: number;
  /** The incarnation is known to have ended, and no other follows soon: no need to wait for silence. */
  readonly dead?: boolean;
}

/**
 * Ownership of a shard. Every change of owner is a conditional write that adds one to `epoch`. A graceful hand-off first names a
 * `target`, which says `ready` when it has prepared itself; the owner then writes the new owner over the row.
 */
export interface ShardRow {
  readonly shard: number;
  readonly owner?: string;
  readonly incarnation?: string;
  readonly epoch: number;
  /** Worker that shall be the next owner, and its incarnation. */
  readonly target?: string;
  readonly targetIncarnation?: string;
  readonly ready?: boolean;
}

/** Who plans for the fleet. A lease like a worker's own row: `beat` is a counter, and observers time its silence themselves. */
export interface PlannerRow {
  readonly workerId: string;
  readonly incarnation: string;
  readonly beat: number;
  /** Live workers that the planner sees; beyond a bound only the planner reads all rows. */
  readonly workers: number;
  /** Most sockets of the fleet fell at once: the word for those who do not read all rows. */
  readonly storm?: boolean;
}

/** What the scaler remembers from run to run. Times are Unix milliseconds. */
export interface ScalerRow {
  readonly at: number;
  /** Tasks that it asked ECS for last. */
  readonly desired: number;
  /** Connectors that beat at that moment: none means that a session waits for a task to start. */
  readonly liveWorkers: number;
  /** Sessions that needed a connector. */
  readonly needed: number;
  /** Since when fewer tasks would have been enough, without a break. */
  readonly surplusSince?: number;
  /** Since when no session has needed a connector, without a break. */
  readonly idleSince?: number;
  /** When it last asked for fewer tasks. */
  readonly loweredAt?: number;
  /** When it last added tasks because of memory or event-loop delay. */
  readonly relievedAt?: number;
  /** Beat of each incarnation, and since when it stands there. */
  readonly beats: Readonly<Record<string, { readonly beat: number; readonly since: number }>>;
}
