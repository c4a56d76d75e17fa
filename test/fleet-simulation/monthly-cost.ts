import type { FleetStore } from '../../connector/storage/fleet-store.ts';
import { hoursInMonth, prices, traffic, unitsOf } from './prices.ts';

export interface FleetSize {
  readonly sessions: number;
  readonly workers: number;
  readonly shards: number;
}

export interface MonthlyCost {
  readonly tasks: number;
  readonly fleetTable: number;
  readonly shardQueues: number;
  readonly keys: number;
  readonly eventsAndDeliveries: number;
  readonly sum: number;
}

/** Seconds of an empty long poll, on all shards of a worker. */
const longPollSeconds = 20;
/** A ratchet is one to four kilobytes, and now and then pre-keys, an identity or a device list change with it. */
const keyWritesPerMessage = 4;
const secondsInMonth = hoursInMonth * 3_600;
/** Of one task: 1 vCPU and 2 GB, arm64. */
const taskHour = prices.fargateVcpuHour + 2 * prices.fargateGbHour + prices.publicIpv4Hour;

/**
 * Dollars of a month, from the calls that the simulation counted in `simulatedMs` and from the model of a session's traffic.
 *
 * @example monthlyCost({ sessions: 10_000, workers: 30, shards: 256 }, world.calls, 86_400_000)
 */
export function monthlyCost(
  size: FleetSize,
  calls: ReadonlyMap<keyof FleetStore, number>,
  simulatedMs: number,
): MonthlyCost {
  const month = (secondsInMonth * 1_000) / simulatedMs;
  let reads = 0;
  let writes = 0;
  for (const [name, count] of calls) {
    const units = unitsOf(name, size);
    reads += units.reads * count * month;
    writes += units.writes * count * month;
  }
  const { sessions, workers, shards } = size;
  const { commands, inbound, receipts } = traffic;
  const messages = commands + inbound;
  const cost = {
    tasks: workers * hoursInMonth * taskHour,
    fleetTable: dynamodb(reads, writes),
    // Send, receive and delete of each command, and the empty polls.
    shardQueues: perMillion(
      shards * (secondsInMonth / longPollSeconds) + sessions * commands * 3,
      prices.sqsFifoPerMillion,
    ),
    keys: dynamodb(sessions * messages, sessions * messages * keyWritesPerMessage),
    eventsAndDeliveries: eventsAndDeliveries(sessions * (messages + receipts)),
  };
  return { ...cost, sum: Object.values(cost).reduce((total, part) => total + part, 0) };
}

/** Each event: its queue, fan-out's transaction (double), a delivery with its attempt, and two functions of 512 MB for 20 ms and 100 ms. */
function eventsAndDeliveries(events: number): number {
  const queues =
    perMillion(events * 3, prices.sqsFifoPerMillion) + perMillion(events * 3, prices.sqsStandardPerMillion);
  const tables = dynamodb(events * 2, events * 9);
  const functions =
    perMillion(events * 0.4, prices.lambdaRequestsPerMillion) + events * 0.12 * 0.5 * 0.3 * prices.lambdaGbSecond;
  return queues + tables + functions;
}

function dynamodb(reads: number, writes: number): number {
  return perMillion(reads, prices.dynamodbReadsPerMillion) + perMillion(writes, prices.dynamodbWritesPerMillion);
}

function perMillion(count: number, price: number): number {
  return (count / 1_000_000) * price;
}
