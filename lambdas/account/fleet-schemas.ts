import * as z from 'zod/mini';

const timestamp = z.string();

export const fleetWorker = z.strictObject({
  workerId: z.string(),
  incarnation: z.string(),
  /** `silent`: the beat has stood still since the scaler's last look. */
  state: z.enum(['live', 'draining', 'silent', 'dead']),
  beat: z.int(),
  generation: z.int(),
  capacity: z.int(),
  sessions: z.int(),
  shards: z.int(),
  memoryUsedPercent: z.nullable(z.int()),
  eventLoopDelayP99Ms: z.nullable(z.number()),
  startedAt: timestamp,
});

export const fleetShard = z.strictObject({
  shard: z.int(),
  workerId: z.nullable(z.string()),
  epoch: z.int(),
  /** The worker that is to take it over. */
  target: z.nullable(z.string()),
});

export const fleet = z.strictObject({
  /** When the scaler looked last; `null` before its first run. */
  scaledAt: z.nullable(timestamp),
  workersDesired: z.nullable(z.int()),
  sessionsNeeded: z.nullable(z.int()),
  sessionsConnected: z.int(),
  capacity: z.int(),
  shardCount: z.int(),
  shardsOwned: z.int(),
  workers: z.array(fleetWorker),
  shards: z.array(fleetShard),
});
