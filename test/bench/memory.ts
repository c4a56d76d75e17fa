import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalStack } from '../e2e/support/local-stack.ts';
import { startStack } from '../e2e/support/local-stack.ts';
import { Receiver } from '../e2e/support/receiver.ts';
import { createTenant, type LinkedSession, linkSession } from '../e2e/support/tenant.ts';
import { untilNoneMissing } from '../support/until-none-missing.ts';
import { connectorMemoryMiB } from './connector-process.ts';
import { linkMany } from './link-many.ts';
import { atMost, type Figure } from './report.ts';

/** The goals: half a megabyte for each session beyond the base, and a thousand in the memory of the smaller task sizes. */
const steps = (process.env.MEMORY_STEPS ?? '10,100,300').split(',').map(Number);
const idleMiBMax: Readonly<Record<number, number>> = { 1000: 768 };
const loadedMiBMax: Readonly<Record<number, number>> = { 1000: 1_024 };
/** Long enough for V8 to give pages back after the pairing storm. */
const settleMs = 20_000;
/** Each session hears several times from several phones, so that ratchets and caches fill; bounded for a few sessions and for many. */
const messagesPerSession = 10;
const messagesMin = 500;
const messagesMax = 5_000;
const messagesPerSecond = 50;
const sampleEvery = 100;
const friends = ['491630000001', '491630000002', '491630000003', '491630000004', '491630000005'];

/** Resident memory of the connector process with nothing linked, what each linked idle session adds, and what a load leaves behind. */
export async function measureMemory(): Promise<Figure[]> {
  const stack = await startStack();
  const receiver = await Receiver.start();
  try {
    const tenant = await createTenant(stack);
    // One link and its traffic first, so that code and caches that every session shares count as base.
    const sessions = [await linkSession(stack, tenant, receiver, '491620000000')];
    await sleep(settleMs / 4);
    const baseMiB = await connectorMemoryMiB(stack);
    const figures: Figure[] = [atMost('connector with 1 session', baseMiB, 'MiB')];
    let previous = { linked: 0, atMiB: baseMiB };
    for (const step of steps) {
      const { linked } = previous;
      sessions.push(
        ...(await linkMany(stack, tenant, receiver, { count: step - linked, first: 491_620_000_001 + linked })),
      );
      await sleep(settleMs);
      const nowMiB = await connectorMemoryMiB(stack);
      console.error(`${step} more linked: ${nowMiB.toFixed(0)} MiB`);
      figures.push(atMost(`connector with ${step} more`, nowMiB, 'MiB', idleMiBMax[step]));
      figures.push(atMost('  per linked idle session beyond the first', (nowMiB - baseMiB) / step, 'MiB', 0.5));
      figures.push(atMost('  per session since the line before', (nowMiB - previous.atMiB) / (step - linked), 'MiB'));
      previous = { linked: step, atMiB: nowMiB };
    }
    const load = await runLoad(stack, receiver, sessions);
    await sleep(settleMs);
    const afterMiB = await connectorMemoryMiB(stack);
    figures.push(atMost(`while ${load.messages} messages came in, highest`, load.highestMiB, 'MiB'));
    figures.push(atMost('  from the last message sent to the last webhook', load.waitedMs / 1_000, 's'));
    figures.push({
      what: '  messages without a webhook',
      value: `${load.missing}`,
      goal: '0',
      met: load.missing === 0,
    });
    figures.push(atMost('  idle again', afterMiB, 'MiB', loadedMiBMax[previous.linked]));
    figures.push(
      atMost('  per session, beyond what it had before', (afterMiB - previous.atMiB) / sessions.length, 'MiB'),
    );
    return figures;
  } finally {
    await receiver.stop();
    await stack.dispose();
  }
}

/** Lets phones write to all sessions, and waits for the webhooks. */
async function runLoad(stack: LocalStack, receiver: Receiver, sessions: readonly LinkedSession[]) {
  const messages = Math.min(messagesMax, Math.max(messagesMin, sessions.length * messagesPerSession));
  const sending: Promise<{ readonly id: string }>[] = [];
  let highestMiB = 0;
  const startedAtMs = performance.now();
  for (let index = 0; index < messages; index++) {
    const dueAtMs = startedAtMs + (index * 1_000) / messagesPerSecond;
    if (dueAtMs > performance.now()) await sleep(dueAtMs - performance.now());
    const round = Math.floor(index / sessions.length);
    const friend = friends[(index + round) % friends.length] ?? '';
    sending.push(stack.simulator.send(friend, sessions[index % sessions.length]?.phone ?? '', `load ${index}`));
    if (index % sampleEvery === 0) highestMiB = Math.max(highestMiB, await connectorMemoryMiB(stack));
  }
  const ids = (await Promise.all(sending)).map(({ id }) => id);
  const { waitedMs, missing } = await untilNoneMissing(async () => {
    highestMiB = Math.max(highestMiB, await connectorMemoryMiB(stack));
    const arrived = new Set(receiver.events('message.received').map(({ body }) => body.data.messageId));
    return ids.filter((id) => !arrived.has(id)).length;
  });
  return { messages, highestMiB, waitedMs, missing };
}
