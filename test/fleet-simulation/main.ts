import { parseArgs } from 'node:util';
import { FleetWorld, type Gap } from '../connector/membership/support/fleet-world.ts';
import { seededRandom } from '../connector/membership/support/seeded-random.ts';
import { Accidents, badDay } from './accidents.ts';
import { type FleetSize, type MonthlyCost, monthlyCost } from './monthly-cost.ts';

/** Those of `docs/cost.md`. Shards: at least ten times the workers where that is within reach. */
const sizes: Readonly<Record<string, FleetSize>> = {
  '1000': { sessions: 1_000, workers: 4, shards: 64 },
  '10000': { sessions: 10_000, workers: 30, shards: 256 },
  '100000': { sessions: 100_000, workers: 260, shards: 1_000 },
};

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '10000' },
    hours: { type: 'string', default: '24' },
    seed: { type: 'string', default: '1' },
  },
});
const size = sizes[values.sessions];
const hours = Number(values.hours);
if (size === undefined || !(hours > 0) || !Number.isInteger(Number(values.seed))) {
  console.error(
    `Usage: npm run simulate-fleet -- [--sessions ${Object.keys(sizes).join('|')}] [--hours 24] [--seed 1]`,
  );
  process.exit(1);
}
await simulate(size, hours, Number(values.seed));

/** Runs the day in slices, so that it can say how far it is. */
async function simulate(size: FleetSize, hours: number, seed: number): Promise<void> {
  const startedAtMs = performance.now();
  const durationMs = hours * 3_600_000;
  const sessionsOf = (shard: number) => Math.floor((size.sessions + shard) / size.shards);
  const world = new FleetWorld({ shardCount: size.shards, random: seededRandom(seed), sessionsOf });
  const accidents = new Accidents(world, size.workers, badDay);
  accidents.start(durationMs);
  const slices = 24;
  for (let slice = 1; slice <= slices; slice++) {
    await world.run(durationMs / slices);
    const seconds = Math.round((performance.now() - startedAtMs) / 1_000);
    process.stderr.write(`\r${((hours * slice) / slices).toFixed(1)} of ${hours} h, ${seconds} s  `);
  }
  process.stderr.write('\n');
  // Whatever happened at the very end has time to heal.
  await world.run(120_000);
  print(size, { hours, seed, world, accidents, durationMs: durationMs + 120_000 });
  if (world.faults.length > 0 || world.unserved().size > 0) process.exit(1);
}

interface Day {
  readonly hours: number;
  readonly seed: number;
  readonly world: FleetWorld;
  readonly accidents: Accidents;
  readonly durationMs: number;
}

function print(size: FleetSize, { hours, seed, world, accidents, durationMs }: Day): void {
  const { sessions, workers, shards } = size;
  console.log(`${sessions} sessions, ${workers} workers, ${shards} shards, ${hours} h of virtual time, seed ${seed}`);
  console.log(`happened: ${entries(accidents.counts)}`);
  const takes = world.events.filter(({ event }) => event.type === 'shard_taken').length;
  console.log(
    `invariants broken: ${world.faults.length}; shards taken: ${takes}; without an owner at the end: ${world.unserved().size}`,
  );
  for (const fault of world.faults.slice(0, 10)) console.log(`  ${fault}`);
  console.log(`time without a socket, of each shard that changed hands: ${gapsOf(world.gaps)}`);
  console.log(`calls to the fleet table a day: ${entries(perDay(world.calls, durationMs))}`);
  console.log(`dollars a month: ${costOf(monthlyCost(size, world.calls, durationMs), sessions)}`);
}

/** The first time without an owner is the start of the world. */
function gapsOf(gaps: readonly Gap[]): string {
  const lengths = gaps
    .filter(({ sinceMs }) => sinceMs > 0)
    .map(({ sinceMs, untilMs }) => untilMs - sinceMs)
    .sort((one, other) => one - other);
  const at = (share: number) =>
    `${((lengths[Math.min(lengths.length - 1, Math.floor(share * lengths.length))] ?? 0) / 1_000).toFixed(1)} s`;
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} (${lengths.length})`;
}

function perDay(calls: ReadonlyMap<string, number>, durationMs: number): Record<string, number> {
  return Object.fromEntries([...calls].map(([name, count]) => [name, Math.round((count * 86_400_000) / durationMs)]));
}

function costOf({ sum, ...parts }: MonthlyCost, sessions: number): string {
  const rounded = Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, Math.round(value)]));
  return `${entries(rounded)}; sum ${Math.round(sum)}, ${(sum / sessions).toFixed(3)} a session`;
}

function entries(record: Readonly<Record<string, number>>): string {
  return Object.entries(record)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
