import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure, percentile, printFigures } from '../bench/report.ts';
import { MemoryWorld } from './support/memory-world.ts';

const endpoints = 20;
const hangingMs = 15_000;
const slowMs = 5_000;
const eventsPerSecond = 200;
/** As the stack bounds its event source mappings, scaled to one process. */
const environments = { fast: 40, slow: 16 };

/**
 * 200 events a second to 20 endpoints, of which one never answers and one takes 5 s, against the same without the two: how much longer an
 * event to one of the others takes from the queue to its receiver. Ten of a hundred come to the bad two either way.
 */
export async function runIsolation(seconds: number): Promise<Figure[]> {
  const without = await runOnce(seconds, false);
  const withBad = await runOnce(seconds, true);
  const limitMs = Math.max(without.p99 * 0.2, 100);
  const rise = withBad.p99 - without.p99;
  const figures: Figure[] = [
    { what: `events a second over ${seconds} s`, value: String(eventsPerSecond) },
    { what: 'fast endpoints, p50 without the two', value: `${without.p50.toFixed(1)} ms` },
    { what: 'fast endpoints, p50 with the two', value: `${withBad.p50.toFixed(1)} ms` },
    { what: 'fast endpoints, p99 without the two', value: `${without.p99.toFixed(1)} ms` },
    { what: 'fast endpoints, p99 with the two', value: `${withBad.p99.toFixed(1)} ms` },
    {
      what: 'rise of the p99',
      value: `${rise.toFixed(1)} ms`,
      goal: `<= ${limitMs.toFixed(0)} ms`,
      met: rise <= limitMs,
    },
    { what: 'calls at the one that hangs', value: String(withBad.callsAt.get('/0') ?? 0) },
    { what: 'calls at the one that takes 5 s', value: String(withBad.callsAt.get('/1') ?? 0) },
  ];
  printFigures('Isolation: one endpoint of twenty hangs, one takes 5 s', figures);
  return figures;
}

interface RunResult {
  readonly p50: number;
  readonly p99: number;
  readonly callsAt: ReadonlyMap<string, number>;
}

async function runOnce(seconds: number, hasBad: boolean): Promise<RunResult> {
  const callsAt = new Map<string, number>();
  const submittedAt = new Map<string, number>();
  const dwellMs: number[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    callsAt.set(path, (callsAt.get(path) ?? 0) + 1);
    const index = Number(path.slice(1));
    if (index >= 2) {
      const at = submittedAt.get(String(request.headers['webhook-id']));
      if (at !== undefined) dwellMs.push(performance.now() - at);
    }
    request.resume();
    const delayMs = !hasBad || index >= 2 ? 0 : index === 0 ? hangingMs + 60_000 : slowMs;
    if (delayMs === 0) response.end();
    else setTimeout(() => response.end(), delayMs).unref();
  });
  const port = await listen(server);
  const world = await MemoryWorld.start({ environments });
  try {
    const webhooks = Array.from({ length: endpoints }, (_, index) =>
      world.addWebhook(`http://127.0.0.1:${port}/${index}`),
    );
    const body = JSON.stringify({ type: 'message.received', data: { text: 'x'.repeat(800) } });
    const startedAt = performance.now();
    for (let index = 0; index < seconds * eventsPerSecond; index++) {
      const waitMs = startedAt + (index * 1_000) / eventsPerSecond - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const webhook = webhooks[index % endpoints];
      if (webhook === undefined) continue;
      submittedAt.set(`evt_${index}`, performance.now());
      world.submit(webhook, index, body);
    }
    await sleep(2_000);
    return { p50: percentile(dwellMs, 0.5), p99: percentile(dwellMs, 0.99), callsAt };
  } finally {
    server.close();
    server.closeAllConnections();
    await world.stop();
  }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
