import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { startTestFleet, type TestConnector, type TestFleet } from './support/test-fleet.ts';

const owner = '491510000001';
const friend = '491510000002';

describe('a session from QR to log-out', () => {
  let fleet: TestFleet;
  let connector: TestConnector;
  let sessionId: string;

  beforeAll(async () => {
    fleet = await startTestFleet();
    connector = fleet.startConnector();
    await fleet.control('POST', '/phones', { phone: friend, name: 'Fred Friend' });
  });

  afterAll(async () => {
    await fleet?.stop();
  });

  it('links by QR', async () => {
    sessionId = await fleet.link(owner);
    expect(await fleet.session(sessionId)).toMatchObject({ status: 'connected', phone: `+${owner}` });
    expect(await fleet.linking(sessionId)).toBeUndefined();
    await fleet.waitForEvent('connected', (event) => event.status === 'connected' && event.sessionId === sessionId);
  });

  it('brings a message in', async () => {
    const { id } = await fleet.control('POST', `/phones/${friend}/messages`, { to: owner, text: 'hello' });
    const event = await fleet.waitForEvent('message.received', ({ data }) => data.messageId === id);
    expect(event).toMatchObject({
      type: 'message.received',
      sessionId,
      metadata: { customer: 'abc' },
      data: { type: 'text', text: 'hello', delayed: false, from: { phone: `+${friend}`, name: 'Fred Friend' } },
    });
    expect((event.data.from as { lid: string }).lid).toMatch(/@lid$/);
    // Event and row are written at the same time.
    const row = await waitFor('the row', () => fleet.message(sessionId, id));
    expect(row).toMatchObject({ direction: 'inbound', status: 'received' });
  });

  it('brings a message out, and its receipts back', async () => {
    const messageId = await fleet.send(sessionId, friend, 'hi Fred');
    const concerns =
      (type: string, status?: string) => (event: { type: string; data: Readonly<Record<string, unknown>> }) =>
        event.type === type && event.data.messageId === messageId && event.data.status === status;
    await fleet.waitForEvent('message.sent', concerns('message.sent'));
    await fleet.waitForEvent('delivered', concerns('message.status', 'delivered'));
    await fleet.control('POST', `/phones/${friend}/receipts`, { ids: [messageId], type: 'read' });
    await fleet.waitForEvent('read', concerns('message.status', 'read'));
    expect(await fleet.message(sessionId, messageId)).toMatchObject({ status: 'read' });
    const order = fleet.events
      .filter(({ data }) => data.messageId === messageId)
      .map(({ type, data }) => data.status ?? type);
    expect(order).toEqual(['message.sent', 'delivered', 'read']);
    const answer = await fleet.control('GET', `/phones/${friend}/messages`);
    const inbox = (answer.messages ?? answer) as { id: string }[];
    expect(inbox.filter(({ id }) => id === messageId)).toMatchObject([{ text: 'hi Fred', copies: 1 }]);
  });

  it('fails a message to a number that is not on WhatsApp', async () => {
    // Numbers with this ending do not exist in the simulator.
    const messageId = await fleet.send(sessionId, '491511000000', 'nobody');
    const failed = await waitFor('failed', async () => {
      const row = await fleet.message(sessionId, messageId);
      return row?.status === 'failed' ? row : undefined;
    });
    expect(failed.failureReason).toBe('not_on_whatsapp');
  });

  it('comes back after a kill without a new QR, and takes what waited', async () => {
    // A command that is in flight at the kill comes back only after its visibility timeout.
    await waitFor('no command in flight', () => fleet.sqs.statistics().every(({ inFlight }) => inFlight === 0));
    const [worker] = await fleet.workers();
    process.kill(worker!.processId, 'SIGKILL');
    const sent = await fleet.send(sessionId, friend, 'after the kill');
    const { id } = await fleet.control('POST', `/phones/${friend}/messages`, { to: owner, text: 'while away' });
    const received = await fleet.waitForEvent('the waiting message', ({ data }) => data.messageId === id);
    expect(received.data.text).toBe('while away');
    await fleet.waitForEvent('message.sent', ({ type, data }) => type === 'message.sent' && data.messageId === sent);
    expect((await fleet.workers()).map(({ workerId }) => workerId)).toEqual([worker!.workerId]);
  });

  it('loses no message and asks for none twice when it is killed in the middle of many', async () => {
    const phones = ['491510000011', '491510000012', '491510000013'];
    const ids: string[] = [];
    const has = (id: string) => fleet.events.some(({ data }) => data.messageId === id);
    for (let wave = 0; wave < 3; wave++) {
      const before = ids.length;
      const sending = Promise.all(
        phones.map(async (phone) => {
          for (let n = 0; n < 20; n++) {
            ids.push(
              (await fleet.control('POST', `/phones/${phone}/messages`, { to: owner, text: `${wave} ${n}` })).id,
            );
          }
        }),
      );
      await waitFor('some of the wave', () => ids.slice(before).filter(has).length > 10);
      const [worker] = await fleet.workers();
      process.kill(worker!.processId, 'SIGKILL');
      await sending;
      await waitFor('all of the wave', () => ids.every(has));
    }
    const received = fleet.events.filter(({ type }) => type === 'message.received');
    expect(new Set(received.map(({ id }) => id)).size).toBe(new Set(received.map(({ data }) => data.messageId)).size);
    expect(await fleet.control('GET', '/stats')).toMatchObject({
      retriesAsked: 0,
      refusedByDevices: 0,
      undecryptable: 0,
    });
  }, 240_000);

  it('stops gracefully, and another worker goes on', async () => {
    expect(await connector.stop()).toBe(0);
    expect(await fleet.workers()).toEqual([]);
    const { id } = await fleet.control('POST', `/phones/${friend}/messages`, { to: owner, text: 'between two' });
    connector = fleet.startConnector();
    const event = await fleet.waitForEvent('the message between', ({ data }) => data.messageId === id);
    expect(event.data.delayed).toBe(true);
    await fleet.waitForStatus(sessionId, 'connected');
  });

  it('logs out when the phone unlinks it: status, event, keys gone', async () => {
    expect(await fleet.keyItems(sessionId)).toBeGreaterThan(800);
    await fleet.control('POST', `/phones/${owner}/unlink`, {});
    const row = await fleet.waitForStatus(sessionId, 'logged_out');
    expect(row.phone).toBeUndefined();
    await fleet.waitForEvent('logged_out', (event) => event.status === 'logged_out');
    await waitFor('the keys to be gone', async () => (await fleet.keyItems(sessionId)) === 0);
  });
});
