import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EventSide } from '../support/event-side.ts';
import { accepted, broken, FastMotion } from '../support/fast-motion.ts';

const minuteMs = 60_000;
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
  sessionId = `ses_ordered${String(counter).padStart(19, '0')}`;
});

const causes = (count: number) => Array.from({ length: count }, (_, index) => `${sessionId}-${index}`);

describe('an ordered webhook', () => {
  it('gets the events of a session one by one in their order, while another session goes its own way', async () => {
    const world = new FastMotion(side);
    const other = `${sessionId.slice(0, -1)}x`;
    const sessions = [sessionId, other];
    const { webhook } = await side.addWebhook('https://ordered.example/', { scope: '*', sessions, ordered: true });
    let isDown = true;
    world.answer = ({ sequence, eventId }) => (isDown && sequence === 3 && held(eventId) ? broken : accepted);
    await world.publish(sessionId, causes(30));
    const heldIds = new Set(
      (await side.deliveries()).filter((row) => row.sessionId === sessionId).map((row) => row.eventId),
    );
    const held = (eventId: string) => heldIds.has(eventId);
    await world.publish(other, causes(10));
    await world.run(2_000);
    const mine = () => world.calls.filter(({ eventId, webhookId }) => held(eventId) && webhookId === webhook.webhookId);
    expect(mine().map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(world.calls.filter(({ eventId }) => !held(eventId))).toHaveLength(10);
    isDown = false;
    await world.run(minuteMs);
    const expected = [1, 2, 3, ...Array.from({ length: 28 }, (_, index) => index + 3)];
    expect(mine().map(({ sequence }) => sequence)).toEqual(expected);
  });

  it('goes on after a delivery that is exhausted or aborted, and when the webhook is switched off', async () => {
    const world = new FastMotion(side);
    const { webhook } = await side.addWebhook('https://ordered.example/', { scope: sessionId, ordered: true });
    world.answer = ({ sequence }) =>
      sequence === 1 ? { ...broken, headers: { 'webhook-delivery': 'abort-message' } } : accepted;
    await world.publish(sessionId, causes(5));
    await world.run(1_000);
    expect(world.calls.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    world.answer = () => broken;
    await world.publish(sessionId, causes(12).slice(5));
    await world.run(1_000);
    await world.ports.webhooks.disable(
      { tenantId: side.tenantId, scope: sessionId, webhookId: webhook.webhookId },
      'test',
    );
    await world.run(30 * minuteMs);
    const rows = (await side.deliveries()).filter((row) => row.sessionId === sessionId);
    expect(rows.filter(({ state }) => state === 'disabled')).toHaveLength(7);
  });

  it('is served by the sweep when every message was lost', async () => {
    const world = new FastMotion(side);
    await side.addWebhook('https://ordered.example/', { scope: sessionId, ordered: true });
    const lost = new FastMotion(side);
    await lost.publish(sessionId, causes(10));
    await world.run(20 * minuteMs);
    expect(world.calls.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
