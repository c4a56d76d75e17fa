import { setTimeout as sleep } from 'node:timers/promises';
import { startStack } from '../e2e/support/local-stack.ts';
import { createTenant } from '../e2e/support/tenant.ts';
import { measureHandler } from './handler-time.ts';
import { atMost, type Figure, percentile } from './report.ts';

const alone = 400;
const sideBySide = 16;
/** Below the burst that the stage of the API lets through, which after a pause is 1,000 requests. */
const busy = 900;
const refillMs = 2_500;

/** The API: its own time for one request, and what the whole local stack takes, with and without a database behind the route. */
export async function measureApi(): Promise<Figure[]> {
  const handlerMs = await measureHandler();
  const figures = [
    atMost(
      `GET /sessions/:id, handler without database, p50 of ${handlerMs.length}`,
      percentile(handlerMs, 0.5),
      'ms',
      3,
    ),
    atMost('GET /sessions/:id, handler without database, p99', percentile(handlerMs, 0.99), 'ms'),
  ];
  const stack = await startStack();
  try {
    const { client } = await createTenant(stack);
    const created = await client.post('/sessions', { name: 'Bench' });
    if (created.status !== 201) throw new Error(`POST /sessions answered ${created.status}.`);
    const path = `/sessions/${created.body.data.sessionId}`;
    // Its handler does next to nothing: what is left is HTTP, the emulated gateway and the hand-over to a worker thread.
    figures.push(...(await measureRoute('GET /health (the local emulator itself)', () => client.get('/health'))));
    figures.push(...(await measureRoute('GET /sessions/:id', () => client.get(path))));
    return figures;
  } finally {
    await stack.dispose();
  }
}

async function measureRoute(name: string, call: () => Promise<{ readonly status: number }>): Promise<Figure[]> {
  const timed = async () => {
    const startedAt = performance.now();
    const { status } = await call();
    if (status !== 200) throw new Error(`${name} answered ${status}.`);
    return performance.now() - startedAt;
  };
  for (let index = 0; index < alone / 4; index++) await timed();
  const aloneMs: number[] = [];
  for (let index = 0; index < alone; index++) aloneMs.push(await timed());
  await sleep(refillMs);
  const busyMs: number[] = [];
  let started = 0;
  const worker = async () => {
    while (started++ < busy) busyMs.push(await timed());
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: sideBySide }, worker));
  const perSecond = busyMs.length / ((performance.now() - startedAt) / 1_000);
  return [
    atMost(`${name}, one at a time, p50`, percentile(aloneMs, 0.5), 'ms'),
    atMost(`${name}, one at a time, p99`, percentile(aloneMs, 0.99), 'ms'),
    { what: `${name}, ${sideBySide} at a time`, value: `${perSecond.toFixed(0)}/s` },
    atMost(`${name}, ${sideBySide} at a time, p99`, percentile(busyMs, 0.99), 'ms'),
  ];
}
