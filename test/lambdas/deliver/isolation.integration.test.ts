import { setImmediate as turn } from 'node:timers/promises';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import type { EndpointHealth } from '../../../core/webhooks/endpoints/index.ts';
import { createEgressWitness } from '../../../lambdas/deliver/egress-witness.ts';
import { waitFor } from '../../support/wait-for.ts';
import { EventSide } from '../support/event-side.ts';
import { accepted, broken, FastMotion, refused } from '../support/fast-motion.ts';

const minuteMs = 60_000;
let side: EventSide;

beforeAll(async () => {
  side = await EventSide.start();
});

afterAll(async () => {
  await side?.stop();
});

let sessionId: string;
let counter = 0;

beforeEach(() => {
  counter += 1;
  sessionId = `ses_isolation${String(counter).padStart(17, '0')}`;
});

async function healthOf(webhookId: string): Promise<EndpointHealth> {
  const Key = tableKeys.endpoint(side.tenantId, webhookId);
  const TableName = side.aws.tables.deliveries;
  const { Item } = await side.aws.clients.document.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return (Item ?? {}) as EndpointHealth;
}

const causes = (count: number) => Array.from({ length: count }, (_, index) => `${sessionId}-${index}`);

async function rowsOfSession() {
  return (await side.deliveries()).filter((row) => row.sessionId === sessionId);
}

describe('a dead endpoint', () => {
  // So many rows cost a slow machine minutes: the limit at the end is a bound against hanging.
  it('with 1,000 queued events gets at most 12 calls in ten minutes, uses up no tries, and none is lost', async () => {
    const world = new FastMotion(side);
    const { webhook } = await side.addWebhook('https://dead.example/', { scope: sessionId });
    world.answer = () => refused;
    await world.publish(sessionId, causes(1_000));
    await world.run(10 * minuteMs);
    expect(world.calls.length).toBeGreaterThanOrEqual(5);
    expect(world.calls.length).toBeLessThanOrEqual(12);
    const rows = await rowsOfSession();
    expect(rows.filter(({ state }) => state === 'pending' || state === 'waiting')).toHaveLength(1_000);
    expect(rows.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(world.calls.length);
    expect(await healthOf(webhook.webhookId)).toMatchObject({ breaker: 'open' });

    world.answer = () => accepted;
    await world.run(40 * minuteMs);
    const after = await rowsOfSession();
    expect(after.filter(({ state }) => state === 'succeeded')).toHaveLength(1_000);
    expect(await healthOf(webhook.webhookId)).not.toHaveProperty('breaker');
    expect(world.hopsSeen).toBeLessThan(10);
  }, 600_000);

  it('stands in nobody else’s way: others get their events at once, by the fast lane', async () => {
    const world = new FastMotion(side);
    const dead = await side.addWebhook('https://dead.example/', { scope: sessionId });
    const other = await side.addWebhook('https://well.example/', { scope: sessionId });
    world.answer = ({ webhookId }) => (webhookId === dead.webhook.webhookId ? refused : accepted);
    await world.publish(sessionId, causes(30));
    await world.run(5_000);
    expect(world.calls.filter(({ webhookId }) => webhookId === other.webhook.webhookId)).toHaveLength(30);
    const Key = tableKeys.webhook(side.tenantId, sessionId, dead.webhook.webhookId);
    const { Item } = await side.aws.clients.document.send(new GetCommand({ TableName: side.aws.tables.control, Key }));
    expect(Item).toMatchObject({ lane: 'slow' });
  });
});

describe('the breaker', () => {
  it('opens when half of ten calls fail, though never five in a row, and one probe closes it', async () => {
    const world = new FastMotion(side);
    const { webhook } = await side.addWebhook('https://half.example/', { scope: sessionId });
    world.answer = () => (world.calls.length % 2 === 0 ? broken : accepted);
    await world.publish(sessionId, causes(12));
    await world.run(10_000);
    expect(await healthOf(webhook.webhookId)).toMatchObject({ breaker: 'open', trips: 1 });
    const before = world.calls.length;
    world.answer = () => accepted;
    await world.run(20_000);
    expect(world.calls.length).toBe(before);
    await world.run(20 * minuteMs);
    expect(await healthOf(webhook.webhookId)).not.toHaveProperty('breaker');
    expect((await rowsOfSession()).every(({ state }) => state === 'succeeded')).toBe(true);
  });

  it('lets no more calls go side by side than there are slots, and takes back those of a dead worker', async () => {
    let underWay = 0;
    let most = 0;
    /** How many the next wave surely brings side by side. */
    let together = 5;
    const world = new FastMotion(side, {
      send: async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        // Calls that may go side by side wait for each other: how fast the database lets each of them begin says nothing here.
        await waitFor('calls side by side', () => most >= together);
        await turn();
        underWay -= 1;
        return accepted;
      },
    });
    const { webhook } = await side.addWebhook('https://busy.example/', { scope: sessionId });
    await world.publish(sessionId, causes(40));
    await world.run(30_000);
    expect(most).toBe(5);

    const place = { tenantId: side.tenantId, webhookId: webhook.webhookId };
    expect((await world.ports.endpoints.enter(place, { slots: 4, inFlightMax: 5 })).kind).toBe('admitted');
    most = 0;
    together = 1;
    await world.publish(sessionId, causes(50).slice(40));
    await world.run(30_000);
    expect(most).toBe(1);
    await world.run(30_000);
    together = 2;
    await world.publish(sessionId, causes(70).slice(50));
    await world.run(2 * minuteMs);
    expect(most).toBeGreaterThan(1);
    expect((await healthOf(webhook.webhookId)).leases).toBeUndefined();
    expect((await rowsOfSession()).every(({ state }) => state === 'succeeded')).toBe(true);
  });
});

describe('our own way out', () => {
  const unreachable = { ...refused, errorKind: 'connect', blame: 'unclear' } as const;

  it('closed for 60 s opens no breaker and uses up no try', async () => {
    let isOpen = true;
    const world: FastMotion = new FastMotion(side, {
      egress: createEgressWitness({ canReach: async () => isOpen, now: () => world.nowMs }),
    });
    const { webhook } = await side.addWebhook('https://one.example/', { scope: sessionId });
    const second = await side.addWebhook('https://two.example/', { scope: sessionId });
    world.answer = () => (isOpen ? accepted : unreachable);
    await world.publish(sessionId, causes(3));
    await world.run(1_000);
    expect((await rowsOfSession()).every(({ state }) => state === 'succeeded')).toBe(true);
    isOpen = false;
    await world.publish(sessionId, causes(20).slice(3));
    await world.run(60_000);
    for (const { webhookId } of [webhook, second.webhook]) {
      expect(await healthOf(webhookId)).not.toHaveProperty('breaker');
      expect((await healthOf(webhookId)).streak ?? 0).toBe(0);
    }
    expect((await rowsOfSession()).every(({ attempts, state }) => attempts === (state === 'succeeded' ? 1 : 0))).toBe(
      true,
    );
    isOpen = true;
    await world.run(10 * minuteMs);
    const rows = await rowsOfSession();
    expect(rows).toHaveLength(40);
    expect(rows.every(({ state, attempts }) => state === 'succeeded' && attempts === 1)).toBe(true);
  });

  it('open for another receiver leaves the blame with the one that cannot be reached', async () => {
    const world = new FastMotion(side);
    const { webhook } = await side.addWebhook('https://nowhere.example/', { scope: sessionId });
    world.answer = () => unreachable;
    await world.publish(sessionId, causes(5));
    await world.run(1_000);
    expect(await healthOf(webhook.webhookId)).toMatchObject({ breaker: 'open' });
  });

  it('is not to blame for ever: an address that swallows every packet is charged in the end', async () => {
    const world: FastMotion = new FastMotion(side, {
      egress: createEgressWitness({ canReach: async () => false, now: () => world.nowMs }),
    });
    await side.addWebhook('https://hole.example/', { scope: sessionId });
    world.answer = () => unreachable;
    await world.publish(sessionId, causes(1));
    await world.run(2 * 60 * minuteMs);
    const [row] = await rowsOfSession();
    expect(row?.attempts).toBeGreaterThanOrEqual(1);
    expect(row?.attempts).toBeLessThan(4);
  });
});
