import { setTimeout as sleep } from 'node:timers/promises';
import { startStack } from '../e2e/support/local-stack.ts';
import { Receiver } from '../e2e/support/receiver.ts';
import { createTenant, type LinkedSession, linkSession } from '../e2e/support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Counts, count } from './count.ts';
import { faultKinds, type KillForm } from './form.ts';
import { seededRandom, shuffle } from './random.ts';
import { type Conflict, explainConflicts, type Gap, type StruckFault, socketGaps } from './socket-times.ts';
import { type StrikeOptions, settles, strike } from './strike.ts';
import { Traffic } from './traffic.ts';

export interface KillResult {
  readonly seed: number;
  readonly counts: Counts;
  readonly faults: readonly StruckFault[];
  readonly gaps: readonly Gap[];
  readonly conflicts: readonly Conflict[];
}

const friendCount = 12;
/** QR codes are shown for a limited time, and two cores link only so many at once. */
const linkedAtOnce = 3;
const balanceMs = 300_000;

/**
 * Runs the whole stack with traffic in both directions while workers are killed, restarted, frozen and replaced, and counts what came of it. The seed fixes
 * the order of the faults, whom they strike and who writes to whom; the rest is as it happens.
 *
 * @example const { counts } = await runKillTest(shortForm, 7);
 */
export async function runKillTest(form: KillForm, seed: number, say: (line: string) => void): Promise<KillResult> {
  const random = seededRandom(seed);
  const stack = await startStack({ workers: form.workers });
  const receiver = await Receiver.start();
  try {
    const tenant = await createTenant(stack);
    const phones = Array.from({ length: form.sessions }, (_, index) => `4917${String(index).padStart(8, '0')}`);
    const friends = Array.from({ length: friendCount }, (_, index) => `4918${String(index).padStart(8, '0')}`);
    const sessions: LinkedSession[] = [];
    for (let start = 0; start < phones.length; start += linkedAtOnce) {
      const some = phones.slice(start, start + linkedAtOnce);
      sessions.push(...(await Promise.all(some.map((phone) => linkSession(stack, tenant, receiver, phone)))));
    }
    const options: StrikeOptions = { stack, form, random, phones };
    // Shards with sessions move for the balance alone only after a minute of calm, one by one.
    const owned = async () => (await stack.control.status()).workers.every(({ shards }) => shards > 0);
    await waitFor('every worker to own shards', owned, balanceMs);
    await settles(options, new Set());
    say(`${sessions.length} sessions linked on ${form.workers} workers`);
    const traffic = new Traffic({ ...form, tenant, simulator: stack.simulator, sessions, friends, random });
    traffic.start();
    const faults = await strikeAll(form, options, say);
    await traffic.stop();
    say('the traffic has ended; waiting for what is on its way');
    const counts = await count({ stack, tenant, receiver, traffic, sessions, friends });
    const events = await stack.simulator.events();
    return { seed, counts, faults, gaps: socketGaps(events, faults), conflicts: explainConflicts(events, faults) };
  } finally {
    await receiver.stop();
    await stack.dispose();
  }
}

async function strikeAll(form: KillForm, options: StrikeOptions, say: (line: string) => void): Promise<StruckFault[]> {
  const { faults: wanted, calmMs } = form;
  const { random } = options;
  const kinds = shuffle(
    faultKinds.flatMap((kind) => Array.from({ length: wanted[kind] }, () => kind)),
    random,
  );
  const struck: StruckFault[] = [];
  const calm = () => sleep(calmMs * (0.5 + random()));
  await calm();
  for (const kind of kinds) {
    const fault = await strike(kind, options);
    const seconds = ((fault.endMs - fault.atMs) / 1_000).toFixed(1);
    say(
      `${struck.length + 1}/${kinds.length} ${kind}: ${fault.settled ? 'settled' : 'NOT settled'} after ${seconds} s`,
    );
    await calm();
    // What still comes of a fault, up to the next one, is laid at its door.
    struck.push({ ...fault, endMs: Date.now() });
  }
  return struck;
}
