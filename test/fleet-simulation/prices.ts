import type { FleetStore } from '../../connector/storage/fleet-store.ts';

/** USD, us-east-1, on demand, as `docs/cost.md` lists them with their sources. */
export const prices = {
  dynamodbWritesPerMillion: 0.625,
  dynamodbReadsPerMillion: 0.125,
  sqsFifoPerMillion: 0.5,
  sqsStandardPerMillion: 0.4,
  lambdaRequestsPerMillion: 0.2,
  lambdaGbSecond: 0.0000133334,
  fargateVcpuHour: 0.03238,
  fargateGbHour: 0.00356,
  publicIpv4Hour: 0.005,
  alarmMonth: 0.1,
} as const;

export const hoursInMonth = 730;

/** What a session does in a month, from the model of the design: 50 messages in and 33 out on each of 30 days. */
export const traffic = { commands: 1_000, inbound: 1_520, receipts: 1_824 } as const;

/** Bytes of a row as DynamoDB counts them. */
const workerRowBytes = 330;
const shardRowBytes = 170;
const readUnitBytes = 4_096;

/** Request units of one call; a conditional write that is refused costs the same. */
export function unitsOf(
  call: keyof FleetStore,
  rows: { readonly workers: number; readonly shards: number },
): { readonly reads: number; readonly writes: number } {
  switch (call) {
    case 'workers':
      return { reads: Math.max(1, Math.ceil((rows.workers * workerRowBytes) / readUnitBytes)), writes: 0 };
    case 'shards':
      return { reads: Math.max(1, Math.ceil((rows.shards * shardRowBytes) / readUnitBytes)), writes: 0 };
    case 'planner':
    case 'shard':
      return { reads: 1, writes: 0 };
    default:
      return { reads: 0, writes: 1 };
  }
}
