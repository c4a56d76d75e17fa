import { setTimeout as sleep } from 'node:timers/promises';
import { type LocalStack, startStack } from '../e2e/support/local-stack.ts';
import { Receiver } from '../e2e/support/receiver.ts';
import { createTenant, type LinkedSession, type Tenant } from '../e2e/support/tenant.ts';
import { connectorMemoryMiB, eventLoopDelayMs, preferConnector } from './connector-process.ts';
import { type Sample, slopePerMinute } from './least-squares.ts';
import { linkMany } from './link-many.ts';
import { atMost, type Figure, percentile } from './report.ts';

/** New contacts, caches and code that the engine still optimises: growth in this share of the run is no leak. */
const warmUpShare = 0.3;
const sampleEveryMs = 5_000;
const progressEveryMs = 60_000;
const friends = ['491640000001', '491640000002', '491640000003', '491640000004', '491640000005'];

/** Sizes come from the environment, so that a try takes a minute and the real run ten. */
const sessionCount = Number(process.env.SOAK_SESSIONS ?? 300);
const minutes = Number(process.env.SOAK_MINUTES ?? 10);
const messagesPerSecond = Number(process.env.SOAK_RATE ?? 50);

/**
 * Many linked sessions on one worker with a steady load, half of it in each direction: how memory grows after the warm-up, and how late
 * the event loop runs. The connector goes before everything else on the machine where the system allows that, as a task of its own has its
 * processor to itself.
 */
export async function measureSoak(): Promise<Figure[]> {
  const stack = await startStack();
  const receiver = await Receiver.start();
  try {
    const tenant = await createTenant(stack);
    const sessions = await linkMany(stack, tenant, receiver, { count: sessionCount, first: 491_650_000_001 });
    const isPreferred = await preferConnector(stack);
    const { memory, delays, sent, failed } = await runLoad(stack, tenant, sessions);
    const told = receiver.events('message.received').length;
    return [
      atMost(`memory with ${sessionCount} sessions after the warm-up`, memory[0]?.value ?? Number.NaN, 'MiB'),
      atMost(`  at the end of ${minutes} min`, memory.at(-1)?.value ?? Number.NaN, 'MiB', 1_024),
      atMost('  slope after the warm-up (least squares)', slopePerMinute(memory), 'MiB/min', 1),
      { what: 'connector goes before the rest of the machine', value: isPreferred ? 'yes' : 'no (takes root)' },
      atMost('event-loop delay p99, median of half minutes', percentile(delays, 0.5), 'ms'),
      atMost('  worst half minute', Math.max(...delays), 'ms', 100),
      { what: 'inbound told by webhook at the last second', value: `${told} of ${Math.ceil(sent / 2)}` },
      { what: 'requests that failed', value: String(failed), goal: '0', met: failed === 0 },
    ];
  } finally {
    await receiver.stop();
    await stack.dispose();
  }
}

/** Every other message comes from a phone, the rest go out by the API. Memory and delays are those after the warm-up. */
async function runLoad(stack: LocalStack, tenant: Tenant, sessions: readonly LinkedSession[]) {
  let failed = 0;
  const send = async (index: number) => {
    // Each session hears from every friend in turn, and answers in turn.
    const round = Math.floor(index / sessions.length);
    const session = sessions[index % sessions.length];
    const friend = friends[(index + round) % friends.length] ?? '';
    try {
      if ((index + round) % 2 === 0) await stack.simulator.send(friend, session?.phone ?? '', `soak ${index}`);
      else await tenant.client.post(`/sessions/${session?.sessionId}/messages`, { to: friend, text: `soak ${index}` });
    } catch {
      // Counted, and shown as a figure of its own.
      failed += 1;
    }
  };
  const memory: Sample[] = [];
  const delays: number[] = [];
  const startedAtMs = performance.now();
  let sent = 0;
  let nextSampleAtMs = 0;
  let nextProgressAtMs = 0;
  for (let atMs = 0; atMs < minutes * 60_000; atMs = performance.now() - startedAtMs) {
    const dueInMs = (sent * 1_000) / messagesPerSecond - atMs;
    if (dueInMs > 0) await sleep(dueInMs);
    void send(sent++);
    if (atMs < nextSampleAtMs) continue;
    nextSampleAtMs += sampleEveryMs;
    if (atMs >= nextProgressAtMs) {
      nextProgressAtMs += progressEveryMs;
      console.error(`after ${Math.round(atMs / 60_000)} min: ${(await connectorMemoryMiB(stack)).toFixed(0)} MiB`);
    }
    if (atMs < warmUpShare * minutes * 60_000) continue;
    memory.push({ atMs, value: await connectorMemoryMiB(stack) });
    const delayMs = await eventLoopDelayMs(stack);
    // A worker whose beat is late has told none.
    if (!Number.isNaN(delayMs)) delays.push(delayMs);
  }
  return { memory, delays, sent, failed };
}
