import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { startTestFleet, type TestConnector, type TestFleet } from '../support/test-fleet.ts';

const friend = '491571000001';
const strangers = ['491571000002', '491571000003', '491571000004', '491571000005'];

describe('an account that WhatsApp lets begin no new chats', () => {
  let fleet: TestFleet;
  let connector: TestConnector;

  beforeAll(async () => {
    fleet = await startTestFleet();
    connector = fleet.startConnector({ file: 'main.ts' });
    for (const phone of [friend, ...strangers]) await fleet.control('POST', '/phones', { phone });
  });
  afterAll(async () => {
    await fleet?.stop();
  });

  const message = (sessionId: string, messageId: string, status: string) =>
    waitFor(`${messageId} to be ${status}`, async () => {
      const row = await fleet.message(sessionId, messageId);
      return row?.status === status ? row : undefined;
    });
  const waiting = (messageId: string) =>
    fleet.waitForEvent(
      `${messageId} waits`,
      ({ type, data }) => type === 'message.status' && data.messageId === messageId && data.status === 'queued',
    );
  /** As the phones have it, in the order of arrival. */
  const arrived = async (phones: readonly string[]) => {
    const inboxes = await Promise.all(phones.map((phone) => fleet.control('GET', `/phones/${phone}/messages`)));
    const messages = inboxes.flatMap((inbox) => inbox.messages as { id: string; receivedAt: string; copies: number }[]);
    return messages.sort((one, other) => (one.receivedAt < other.receivedAt ? -1 : 1));
  };
  const refusals = async (phone: string) => (await fleet.control('GET', `/phones/${phone}`)).refused as number;

  it('keeps new chats waiting and says why, lets running ones go on, and drains in order, also after a kill', async () => {
    const owner = '491571000010';
    // The lock lasts by the real clock, which shall not run while the process still starts.
    await waitFor('the connector', async () => (await fleet.workers()).some(({ shards }) => shards === 2));
    // Before there is a device to tell of it: the session meets the lock with its first message.
    await fleet.control('POST', '/faults', { kind: 'reach-out-lock', phone: owner, seconds: 45 });
    const sessionId = await fleet.link(owner);
    await fleet.control('POST', `/phones/${friend}/messages`, { to: owner, text: 'hello' });
    await fleet.waitForEvent('the hello', ({ type }) => type === 'message.received');

    const sent: string[] = [];
    for (const stranger of strangers.slice(0, 3)) sent.push(await fleet.send(sessionId, stranger, `to ${stranger}`));
    const answer = await fleet.send(sessionId, friend, 'running chats go on');
    await message(sessionId, answer, 'delivered');
    for (const id of sent) {
      const { data } = await waiting(id);
      expect(data).toMatchObject({ waitingFor: 'account_restricted', waitingUntil: expect.stringMatching(/Z$/) });
      expect(await fleet.message(sessionId, id)).toMatchObject({ status: 'queued', waitingFor: 'account_restricted' });
    }
    await waitFor('the session to say so', async () => (await fleet.session(sessionId))?.sending?.waiting === 3);
    expect((await fleet.session(sessionId))?.sending?.restriction?.until).toMatch(/Z$/);

    connector.parent.kill('SIGKILL');
    connector = fleet.startConnector({ file: 'main.ts' });
    sent.push(await fleet.send(sessionId, strangers[3]!, 'after the kill'));
    await waiting(sent[3]!);
    expect(await arrived(strangers)).toEqual([]);

    for (const id of sent) await message(sessionId, id, 'delivered');
    const received = await arrived(strangers);
    expect(received.map(({ id }) => id)).toEqual(sent);
    expect(received.every(({ copies }) => copies === 1)).toBe(true);
    expect(await refusals(owner)).toBe(1);
    expect(await fleet.message(sessionId, sent[0]!)).not.toHaveProperty('waitingFor');
    await waitFor('nothing to keep back', async () => (await fleet.session(sessionId))?.sending === undefined);
  }, 180_000);

  it('tries nothing when WhatsApp tells of the lock by itself, and goes on as soon as it is lifted', async () => {
    const owner = '491571000011';
    const sessionId = await fleet.link(owner);
    const lock = await fleet.control('POST', '/faults', { kind: 'reach-out-lock', phone: owner, seconds: 3_600 });
    await waitFor('the lock', async () => (await fleet.session(sessionId))?.sending?.restriction !== undefined);
    const id = await fleet.send(sessionId, friend, 'hello?');
    const { data } = await waiting(id);
    expect(Date.parse(data.waitingUntil as string) - lock.endsAt).toBeLessThan(1_000);
    await fleet.control('DELETE', `/faults/${lock.id}`);
    await message(sessionId, id, 'delivered');
    expect(await refusals(owner)).toBe(0);
  });

  it('fails what waits when the phone unlinks the session', async () => {
    const owner = '491571000012';
    const sessionId = await fleet.link(owner);
    await fleet.control('POST', '/faults', { kind: 'reach-out-lock', phone: owner, seconds: 3_600 });
    await waitFor('the lock', async () => (await fleet.session(sessionId))?.sending?.restriction !== undefined);
    const id = await fleet.send(sessionId, friend, 'hello?');
    await waiting(id);
    await fleet.control('POST', `/phones/${owner}/unlink`, {});
    expect(await message(sessionId, id, 'failed')).toMatchObject({ failureReason: 'session_logged_out' });
  });
});
