/** What happens to a worker in its fleet. Each is one log line; kill tests and operators read them. */
export type FleetEvent =
  | { readonly type: 'shard_taken'; readonly shard: number; readonly epoch: number }
  /** Sessions have ended here; `to` is the next owner, absent when the shard became free. */
  | { readonly type: 'shard_given'; readonly shard: number; readonly epoch: number; readonly to?: string }
  /** Another has become the owner without being given the shard. */
  | { readonly type: 'shard_lost'; readonly shard: number; readonly epoch: number }
  | { readonly type: 'planning' }
  | { readonly type: 'draining'; readonly reason: DrainReason; readonly shards: number }
  | { readonly type: 'drained'; readonly reason: DrainReason }
  | { readonly type: 'serving_again' }
  | { readonly type: 'fenced'; readonly reason: string; readonly beatAgeMs: number };

/** `stopping`: asked to end (SIGTERM). `retiring`: the scaler wants fewer, or none of this revision. `newer_revision`: a deploy brought newer workers. */
export type DrainReason = 'stopping' | 'retiring' | 'newer_revision';
