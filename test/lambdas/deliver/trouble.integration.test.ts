import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliverAll } from '../support/deliver-ports.ts';
import { EventSide } from '../support/event-side.ts';
import { accepted, broken, FastMotion } from '../support/fast-motion.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
let side: EventSide;
let sessionId: string;
let counter = 0;

beforeAll(async () => {
  side = await EventSide.start();
});

afterAll(async () => {
  await side?.stop();
});

beforeEach(() => {
  counter += 1;
  sessionId = `ses_trouble${String(counter).padStart(19, '0')}`;
});

describe('the tenant hears', () => {
  it('that a webhook fails, once an hour, that a delivery is lost, and that it works again', async () => {
    const world = new FastMotion(side);
    const { webhook } = await side.addWebhook('https://failing.example/', { scope: sessionId });
    world.answer = () => broken;
    world.sweepEveryMs = 30 * 60_000;
    await world.publish(sessionId, ['a', 'b', 'c']);
    await world.run(80 * hourMs);
    const types = () => world.told.map(({ type }) => type);
    expect(types().filter((type) => type === 'webhook.failing').length).toBeLessThanOrEqual(3);
    expect(world.told[0]).toMatchObject({
      type: 'webhook.failing',
      sessionId,
      data: { webhookId: webhook.webhookId, attempts: 4, statusCode: 500, deliveryId: expect.stringMatching(/^dlv_/) },
    });
    await world.run(40 * hourMs);
    expect(types()).toContain('webhook.exhausted');
    expect(types()).not.toContain('webhook.disabled');
    world.answer = () => accepted;
    await world.publish(sessionId, ['d']);
    await world.run(hourMs);
    expect(types().filter((type) => type === 'webhook.recovered')).toHaveLength(1);
    await world.publish(sessionId, ['e']);
    await world.run(hourMs);
    expect(types().filter((type) => type === 'webhook.recovered')).toHaveLength(1);
  });

  it('of five days of nothing but failures, with two warnings, and then it is switched off', async () => {
    const world = new FastMotion(side);
    const { webhook } = await side.addWebhook('https://failing.example/', { scope: sessionId });
    world.answer = () => broken;
    world.sweepEveryMs = hourMs;
    const startedAtMs = world.nowMs;
    for (let day = 0; day < 10; day++) {
      await world.publish(sessionId, [`day-${day}`]);
      await world.run(dayMs);
    }
    const warnings = world.told.filter(({ type, data }) => type === 'webhook.failing' && 'disablesAt' in data);
    expect(warnings).toHaveLength(2);
    const disabled = world.told.filter(({ type }) => type === 'webhook.disabled');
    expect(disabled).toMatchObject([{ data: { webhookId: webhook.webhookId, reason: 'failing' } }]);
    const afterDays = (Date.parse(disabled[0]?.timestamp ?? '') - startedAtMs) / dayMs;
    // The clock starts with the first delivery that is exhausted, after about three days.
    expect(afterDays).toBeGreaterThan(7.5);
    expect(afterDays).toBeLessThan(10);
    const rows = (await side.deliveries()).filter((row) => row.sessionId === sessionId);
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['exhausted', 'disabled']));
  });

  it('of a webhook that answered 410, and not by a delivery that is such news itself', async () => {
    const world = new FastMotion(side);
    await side.addWebhook('https://gone.example/', { scope: sessionId });
    world.answer = () => ({ ...accepted, statusCode: 410 });
    await world.publish(sessionId, ['a']);
    await world.run(1_000);
    expect(world.told).toMatchObject([{ type: 'webhook.disabled', data: { reason: 'gone', statusCode: 410 } }]);
  });
});

describe('a replay', () => {
  it('goes at ten a second, beside live traffic that it does not hold up, under the same id', async () => {
    const world = new FastMotion(side);
    await side.addWebhook('https://replayed.example/', { scope: sessionId });
    await world.publish(
      sessionId,
      Array.from({ length: 60 }, (_, index) => `r${index}`),
    );
    await world.run(10_000);
    const first = new Set(world.calls.map(({ eventId }) => eventId));
    expect(first.size).toBe(60);
    const rows = (await side.deliveries()).filter((row) => row.sessionId === sessionId);
    const due = { dueAtMs: world.nowMs, sweepAtMs: world.nowMs + hourMs };
    const startedAtMs = world.nowMs;
    await world.replay(rows, due);
    await world.publish(sessionId, ['live']);
    // A replay that finds no slot comes again, each time a little later.
    await world.run(600_000);
    const replayed = world.calls.slice(60).filter(({ eventId }) => first.has(eventId));
    expect(new Set(replayed.map(({ eventId }) => eventId)).size).toBe(60);
    expect(replayed).toHaveLength(60);
    const perSecond = Map.groupBy(replayed, ({ atMs }) => Math.floor((atMs - startedAtMs) / 1_000));
    for (const calls of perSecond.values()) expect(calls.length).toBeLessThanOrEqual(20);
    const spanMs = Math.max(...replayed.map(({ atMs }) => atMs)) - startedAtMs;
    expect(spanMs).toBeGreaterThanOrEqual(4_000);
    const live = world.calls.find(({ eventId }) => !first.has(eventId));
    expect((live?.atMs ?? 0) - startedAtMs).toBeLessThan(1_000);
  });

  it('that fails takes nothing from the schedule', async () => {
    const world = new FastMotion(side);
    await side.addWebhook('https://replayed.example/', { scope: sessionId });
    world.answer = () => broken;
    await world.publish(sessionId, ['a']);
    await world.run(1_000);
    const [row] = (await side.deliveries()).filter((each) => each.sessionId === sessionId);
    expect(row).toMatchObject({ state: 'waiting', attempts: 1 });
    if (row === undefined) return;
    const queued = await world.repository().requeue(row, { dueAtMs: world.nowMs, sweepAtMs: world.nowMs });
    expect(queued).toMatchObject({ state: 'waiting', isManual: true });
    const task = { version: 1 as const, ...row, scope: sessionId, isReplay: true };
    const [result] = await deliverAll([task], world.ports, 'slow');
    expect(result).toMatchObject({ kind: 'attempted', attempt: 2, state: 'waiting' });
    const [after] = (await side.deliveries()).filter((each) => each.sessionId === sessionId);
    expect(after).toMatchObject({ attempts: 2, manualAttempts: 1 });
    expect(after).not.toHaveProperty('isManual');
    const waitSeconds = (Date.parse(after?.dueAt ?? '') - world.nowMs) / 1_000;
    expect(waitSeconds).toBeLessThanOrEqual(6);
  });
});
