import { setTimeout as sleep } from 'node:timers/promises';
import { startStack } from '../e2e/support/local-stack.ts';
import { Receiver } from '../e2e/support/receiver.ts';
import { createTenant, linkSession } from '../e2e/support/tenant.ts';
import { connectorMemoryMiB } from './connector-process.ts';
import { atMost, type Figure } from './report.ts';

/** The goals: half a megabyte for each session beyond the base, and a thousand in the memory of the smaller task sizes. */
const steps = (process.env.MEMORY_STEPS ?? '10,100,300').split(',').map(Number);
const idleMiBMax: Readonly<Record<number, number>> = { 1000: 768 };
const linkingInParallel = 4;
/** Long enough for V8 to give pages back after the pairing storm. */
const settleMs = 20_000;

/** Resident memory of the connector process with nothing linked, and what each linked idle session adds. */
export async function measureMemory(): Promise<Figure[]> {
  const stack = await startStack();
  const receiver = await Receiver.start();
  try {
    const tenant = await createTenant(stack);
    // One link and its traffic first, so that code and caches that every session shares count as base.
    await linkSession(stack, tenant, receiver, '491620000000');
    await sleep(settleMs / 4);
    const baseMiB = await connectorMemoryMiB(stack);
    const figures: Figure[] = [atMost('connector with 1 session', baseMiB, 'MiB')];
    let linked = 0;
    let previous = { linked: 0, atMiB: baseMiB };
    for (const step of steps) {
      while (linked < step) {
        const batch = Math.min(linkingInParallel, step - linked);
        const phones = Array.from({ length: batch }, (_, index) => String(491_620_000_001 + linked + index));
        await Promise.all(phones.map((phone) => linkSession(stack, tenant, receiver, phone)));
        linked += batch;
      }
      await sleep(settleMs);
      const nowMiB = await connectorMemoryMiB(stack);
      figures.push(atMost(`connector with ${step} more`, nowMiB, 'MiB', idleMiBMax[step]));
      figures.push(atMost('  per linked idle session beyond the first', (nowMiB - baseMiB) / step, 'MiB', 0.5));
      const growthMiB = (nowMiB - previous.atMiB) / (linked - previous.linked);
      figures.push(atMost('  per session since the line before', growthMiB, 'MiB'));
      previous = { linked, atMiB: nowMiB };
    }
    return figures;
  } finally {
    await receiver.stop();
    await stack.dispose();
  }
}
