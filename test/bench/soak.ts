import { setTimeout as sleep } from 'node:timers/promises';
import { startStack } from '../e2e/support/local-stack.ts';
import { Receiver } from '../e2e/support/receiver.ts';
import { createTenant } from '../e2e/support/tenant.ts';
import { connectorMemoryMiB, eventLoopDelayMs } from './connector-process.ts';
import { slopePerMinute } from './least-squares.ts';
import { linkMany } from './link-many.ts';
import { atMost, type Figure } from './report.ts';

const messagesPerSecond = 50;
/** New contacts, caches and code that the engine still optimises: growth in this share of the run is no leak. */
const warmUpShare = 0.3;
const sampleEveryMs = 5_000;
const friends = ['491640000001', '491640000002', '491640000003', '491640000004', '491640000005'];

/** Sizes come from the environment, so that a try takes a minute and the real run ten. */
const sessionCount = Number(process.env.SOAK_SESSIONS ?? 300);
const minutes = Number(process.env.SOAK_MINUTES ?? 10);

/**
 * Many linked sessions on one worker with a steady load, half of it in each direction: how memory grows after the warm-up, and how late
 * the event loop runs.
 */
export async function measureSoak(): Promise<Figure[]> {
  const stack = await startStack();
  const receiver = await Receiver.start();
  try {
    const tenant = await createTenant(stack);
    const sessions = await linkMany(stack, tenant, receiver, { count: sessionCount, first: 491_650_000_001 });
    let failed = 0;
    const send = async (index: number) => {
      const session = sessions[index % sessions.length];
      const friend = friends[index % friends.length] ?? '';
      try {
        if (index % 2 === 0) await stack.simulator.send(friend, session?.phone ?? '', `soak ${index}`);
        else
          await tenant.client.post(`/sessions/${session?.sessionId}/messages`, { to: friend, text: `soak ${index}` });
      } catch {
        failed += 1;
      }
    };

    const memory: { readonly atMs: number; readonly value: number }[] = [];
    const delays: number[] = [];
    const startedAtMs = performance.now();
    const endsAtMs = startedAtMs + minutes * 60_000;
    let nextSampleAtMs = startedAtMs;
    for (let index = 0; performance.now() < endsAtMs; index++) {
      const dueAtMs = startedAtMs + (index * 1_000) / messagesPerSecond;
      if (dueAtMs > performance.now()) await sleep(dueAtMs - performance.now());
      void send(index);
      if (performance.now() < nextSampleAtMs) continue;
      nextSampleAtMs += sampleEveryMs;
      const atMs = performance.now() - startedAtMs;
      memory.push({ atMs, value: await connectorMemoryMiB(stack) });
      if (atMs > warmUpShare * minutes * 60_000) delays.push(await eventLoopDelayMs(stack));
    }
    const settled = memory.filter(({ atMs }) => atMs > warmUpShare * minutes * 60_000);
    return [
      atMost(`memory with ${sessionCount} sessions after the warm-up`, settled[0]?.value ?? Number.NaN, 'MiB'),
      atMost(`  at the end of ${minutes} min`, settled.at(-1)?.value ?? Number.NaN, 'MiB', 1_024),
      atMost('  slope after the warm-up (least squares)', slopePerMinute(settled), 'MiB/min', 1),
      atMost('event-loop delay p99, worst half minute', Math.max(...delays), 'ms', 100),
      { what: 'requests that failed', value: String(failed), goal: '0', met: failed === 0 },
    ];
  } finally {
    await receiver.stop();
    await stack.dispose();
  }
}
