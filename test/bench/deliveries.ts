import { setTimeout as sleep } from 'node:timers/promises';
import { sinkCertificate } from '../core/webhooks/guard/support/local-sink.ts';
import { MemoryWorld } from '../delivery/support/memory-world.ts';
import { atMost, type Figure, percentile } from './report.ts';
import { startTlsSink, type TlsSink } from './support/tls-sink.ts';

const throughputDeliveries = 8_000;
const receivers = 32;
const warmUpDeliveries = 1_000;
const eventsPerSecond = 200;
const latencySeconds = 10;
const body = JSON.stringify({ type: 'message.received', data: { text: 'x'.repeat(900) } });

/**
 * One deliver worker against a TLS receiver on this machine (in a thread of its own): signed deliveries a second when the queue is full, the
 * processor time of one, and at 200 events a second the time from the queue to the receiver's first byte. Rows are in memory behind the
 * ports of the database, which the local emulator would else be the measure of; queue engine, guard, TLS and signatures are the real ones.
 */
export async function measureDeliveries(): Promise<Figure[]> {
  const sink = await startTlsSink();
  try {
    const throughput = await measureThroughput(sink);
    return [...throughput, ...(await measureDwell(sink))];
  } finally {
    await sink.stop();
  }
}

async function measureThroughput(sink: TlsSink): Promise<Figure[]> {
  const world = await startWorld({ fast: receivers * 2, slow: 1 });
  try {
    const webhooks = Array.from({ length: receivers }, (_, index) => world.addWebhook(sink.url(`/${index}`)));
    const submit = (from: number, count: number) => {
      for (let index = from; index < from + count; index++) {
        const webhook = webhooks[index % receivers];
        if (webhook !== undefined) world.submit(webhook, index, body);
      }
    };
    submit(0, warmUpDeliveries);
    await allDone(world, warmUpDeliveries);
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    submit(warmUpDeliveries, throughputDeliveries);
    await allDone(world, warmUpDeliveries + throughputDeliveries);
    const seconds = (performance.now() - startedAt) / 1_000;
    const cpu = process.cpuUsage(cpuBefore);
    const perSecond = throughputDeliveries / seconds;
    return [
      {
        what: `signed deliveries/s of one worker over TLS, ${throughputDeliveries} of them`,
        value: perSecond.toFixed(0),
        goal: '>= 2000',
        met: perSecond >= 2_000,
      },
      atMost('processor time of one delivery', (cpu.user + cpu.system) / 1_000 / throughputDeliveries, 'ms'),
    ];
  } finally {
    await world.stop();
  }
}

async function measureDwell(sink: TlsSink): Promise<Figure[]> {
  const world = await startWorld({ fast: 16, slow: 1 });
  try {
    const webhooks = Array.from({ length: receivers }, (_, index) => world.addWebhook(sink.url(`/${index}`)));
    for (let index = 0; index < warmUpDeliveries; index++) {
      const webhook = webhooks[index % receivers];
      if (webhook !== undefined) world.submit(webhook, -1 - index, body);
    }
    await allDone(world, warmUpDeliveries);
    const submittedAt = new Map<string, number>();
    const count = latencySeconds * eventsPerSecond;
    const startedAt = performance.now();
    for (let index = 0; index < count; index++) {
      const waitMs = startedAt + (index * 1_000) / eventsPerSecond - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const webhook = webhooks[index % receivers];
      if (webhook === undefined) continue;
      submittedAt.set(`evt_${index}`, performance.timeOrigin + performance.now());
      world.submit(webhook, index, body);
    }
    await allDone(world, warmUpDeliveries + count);
    const arrivals = await sink.arrivals();
    const dwellMs = [...submittedAt].map(([id, atMs]) => (arrivals.get(id) ?? Number.NaN) - atMs);
    return [
      atMost(`accepted to first byte at ${eventsPerSecond}/s, p50 of ${count}`, percentile(dwellMs, 0.5), 'ms', 20),
      atMost(`accepted to first byte at ${eventsPerSecond}/s, p99`, percentile(dwellMs, 0.99), 'ms', 100),
    ];
  } finally {
    await world.stop();
  }
}

function startWorld(environments: { readonly fast: number; readonly slow: number }): Promise<MemoryWorld> {
  return MemoryWorld.start({ environments, certificateAuthorities: [sinkCertificate], inFlightMax: 50 });
}

async function allDone(world: MemoryWorld, count: number): Promise<void> {
  while (world.deliveries.succeeded < count) await sleep(5);
}
