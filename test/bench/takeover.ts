import { startStack } from '../e2e/support/local-stack.ts';
import { Receiver } from '../e2e/support/receiver.ts';
import { createTenant } from '../e2e/support/tenant.ts';
import type { FaultKind } from '../kill/form.ts';
import { seededRandom } from '../kill/random.ts';
import { explainConflicts, type StruckFault, socketGaps } from '../kill/socket-times.ts';
import { strike } from '../kill/strike.ts';
import { waitFor } from '../support/wait-for.ts';
import { linkMany } from './link-many.ts';
import { atMost, type Figure, percentile } from './report.ts';

const workers = 3;
const sessionCount = Number(process.env.TAKEOVER_SESSIONS ?? 24);
const balanceMs = 60_000;
/** Long enough for the others to call the frozen one dead and connect; it wakes up to nothing. */
const frozenMs = 10_000;

interface Round {
  readonly kind: FaultKind;
  readonly title: string;
  readonly times: number;
  /** Seconds at the median and at the 99th percentile. */
  readonly p50Max?: number;
  readonly p99Max?: number;
}

/** In this order: each leaves three workers behind, and what was taken from the ones that died lies on the others. */
const rounds: readonly Round[] = [
  { kind: 'restart', title: 'graceful hand-off', times: 2, p99Max: 2 },
  { kind: 'kill', title: 'crash, restarted in place', times: 3, p50Max: 3 },
  { kind: 'kill-task', title: 'lost task', times: 2, p50Max: 12 },
  { kind: 'freeze', title: 'frozen host', times: 1, p50Max: 12 },
];

/** Seconds without a socket for each session that changes hands, by the simulator's clock, for each way in which that happens. */
export async function measureTakeover(): Promise<Figure[]> {
  const stack = await startStack({ workers });
  const receiver = await Receiver.start();
  try {
    // Before there is a session nobody waits for the balance.
    await waitFor(
      'every worker to own shards',
      async () => {
        const fleet = (await stack.control.status()).workers;
        return fleet.length === workers && fleet.every(({ shards }) => shards > 0);
      },
      balanceMs,
    );
    const sessions = await linkMany(stack, await createTenant(stack), receiver, {
      count: sessionCount,
      first: 491_660_000_001,
    });
    const options = {
      stack,
      form: { workers, frozenMs },
      random: seededRandom(1),
      phones: sessions.map(({ phone }) => phone),
    };
    const faults: StruckFault[] = [];
    for (const { kind, times } of rounds) {
      for (let time = 0; time < times; time++) faults.push(await strike(kind, options));
    }
    const events = await stack.simulator.events();
    const gaps = socketGaps(events, faults);
    const unexplained = explainConflicts(events, faults).filter(({ explanation }) => explanation === undefined).length;
    return [
      ...rounds.flatMap((round) =>
        figuresOf(
          round,
          gaps.filter(({ kind }) => kind === round.kind).map(({ milliseconds }) => milliseconds / 1_000),
        ),
      ),
      mustBeNone('two sockets of one session, not by a frozen host', unexplained),
      mustBeNone('faults after which not all came back', faults.filter(({ settled }) => !settled).length),
    ];
  } finally {
    await receiver.stop();
    await stack.dispose();
  }
}

function figuresOf({ title, times, p50Max, p99Max }: Round, seconds: readonly number[]): Figure[] {
  const struck = times === 1 ? 'once' : `${times} times`;
  return [
    atMost(`${title} (${struck}): p50 of ${seconds.length}`, percentile(seconds, 0.5), 's', p50Max),
    atMost('  p99', percentile(seconds, 0.99), 's', p99Max),
    atMost('  max', Math.max(...seconds), 's'),
  ];
}

function mustBeNone(what: string, count: number): Figure {
  return { what, value: String(count), goal: '0', met: count === 0 };
}
