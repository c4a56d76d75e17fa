import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { startTestFleet, type TestConnector, type TestFleet } from './support/test-fleet.ts';

const friend = '491520000009';

describe('what a tenant may wish, and what goes wrong', () => {
  let fleet: TestFleet;
  let connector: TestConnector;

  beforeAll(async () => {
    fleet = await startTestFleet();
    connector = fleet.startConnector();
    await fleet.control('POST', '/phones', { phone: friend, name: 'Fred Friend' });
  });

  afterAll(async () => {
    await fleet?.stop();
  });

  const messageStatus = (sessionId: string, messageId: string, status: string) =>
    waitFor(`message to be ${status}`, async () => {
      const row = await fleet.message(sessionId, messageId);
      return row?.status === status ? row : undefined;
    });

  it('links by pairing code, asked for while a QR is on show', async () => {
    const phone = '491520000001';
    await fleet.control('POST', '/phones', { phone });
    const sessionId = await fleet.createSession();
    await fleet.waitForStatus(sessionId, 'scan_qr');
    await fleet.wish(sessionId, { pairingPhone: phone, pairingRequestedAt: new Date().toISOString() });
    const { pairingCode } = await waitFor('a pairing code', async () => {
      const row = await fleet.linking(sessionId);
      return row?.pairingCode === undefined ? undefined : row;
    });
    expect(pairingCode).toMatch(/^[1-9A-HJ-NP-TV-Z]{8}$/);
    await fleet.control('POST', `/phones/${phone}/link-code`, { code: pairingCode });
    expect(await fleet.waitForStatus(sessionId, 'connected')).toMatchObject({ phone: `+${phone}` });
    expect(await fleet.linking(sessionId)).toBeUndefined();
  });

  it('reports the passkey gate, and tries again only when asked', async () => {
    const phone = '491520000002';
    await fleet.control('POST', '/phones', { phone });
    await fleet.control('POST', '/faults', { kind: 'passkey', phone, count: 1 });
    const sessionId = await fleet.createSession();
    const { qr } = await waitFor('a QR', async () => {
      const row = await fleet.linking(sessionId);
      return row?.qr === undefined ? undefined : row;
    });
    await fleet.control('POST', `/phones/${phone}/scan`, { qr }).catch(() => undefined);
    await fleet.waitForStatus(sessionId, 'passkey_required');
    expect(await fleet.linking(sessionId)).toBeUndefined();
    await fleet.look(sessionId);
    await fleet.wish(sessionId, { desired: 'connected' });
    await fleet.waitForStatus(sessionId, 'scan_qr');
  });

  it('stops, starts again without a QR, logs out and can be linked anew', async () => {
    const phone = '491520000003';
    const sessionId = await fleet.link(phone);
    await fleet.wish(sessionId, { desired: 'stopped' });
    await fleet.waitForStatus(sessionId, 'stopped');
    await fleet.wish(sessionId, { desired: 'connected' });
    await fleet.waitForStatus(sessionId, 'connected');
    expect(fleet.events.filter((event) => event.sessionId === sessionId && event.type === 'qr.updated')).toHaveLength(
      1,
    );

    await fleet.wish(sessionId, { desired: 'logged_out' });
    await fleet.waitForStatus(sessionId, 'logged_out');
    await waitFor('the keys to be gone', async () => (await fleet.keyItems(sessionId)) === 0);
    await waitFor('the phone to have no linked device', async () => {
      const { devices, companions } = await fleet.control('GET', `/phones/${phone}`);
      return (devices ?? companions ?? []).length === 0;
    });
    await fleet.wish(sessionId, { desired: 'connected' });
    await fleet.waitForStatus(sessionId, 'scan_qr');
  });

  it('deletes a session: log-out at WhatsApp, keys, linking row, session row, media', async () => {
    const sessionId = await fleet.link('491520000004');
    await fleet.control('POST', `/phones/${friend}/messages`, { to: '491520000004', image: { size: 2_000 } });
    await waitFor('the picture to be kept', async () => (await fleet.mediaKeys(sessionId)).length === 1);
    await fleet.wish(sessionId, { desired: 'deleted' });
    await waitFor('the row to be gone', async () => (await fleet.session(sessionId)) === undefined);
    expect(await fleet.keyItems(sessionId)).toBe(0);
    expect(await fleet.linking(sessionId)).toBeUndefined();
    await waitFor('the picture to be gone', async () => (await fleet.mediaKeys(sessionId)).length === 0);
    const never = await fleet.send(sessionId, friend, 'too late');
    // The session's messages are deleted behind its row: this one fails, or goes with them.
    await waitFor('the late message to fail or to be gone', async () => {
      const row = await fleet.message(sessionId, never);
      return row === undefined || row.status === 'failed';
    });
    const inbox = await fleet.control('GET', `/phones/${friend}/messages`);
    expect(JSON.stringify(inbox)).not.toContain(never);
  });

  it('reconnects by itself after a lost connection, a stream error and a conflict', async () => {
    const phone = '491520000005';
    const sessionId = await fleet.link(phone);
    const connections = () =>
      fleet.events.filter((event) => event.sessionId === sessionId && event.status === 'connected').length;
    // Else the link itself, told late, would count as the return from the first fault.
    await waitFor('the link to be told', () => connections() > 0);
    for (const fault of [{ kind: 'drop' }, { kind: 'stream-error', code: 515 }, { kind: 'conflict' }]) {
      const before = connections();
      await fleet.control('POST', '/faults', { ...fault, phone });
      await waitFor(`the session to be back after ${fault.kind}`, () => connections() > before);
    }
  });

  it('never tries a message again that WhatsApp refused with 463 in a running chat, and does once after 479', async () => {
    const phone = '491520000006';
    const sessionId = await fleet.link(phone);
    const begun = await fleet.send(sessionId, friend, 'to begin with');
    await messageStatus(sessionId, begun, 'delivered');
    await fleet.control('POST', '/faults', { kind: 'ack-error', phone, code: 463, count: 1 });
    const refused = await fleet.send(sessionId, friend, 'first');
    expect(await messageStatus(sessionId, refused, 'failed')).toMatchObject({ failureReason: 'account_restricted' });
    await fleet.waitForEvent(
      'failed',
      ({ data }) => data.messageId === refused && data.reason === 'account_restricted',
    );
    await fleet.control('POST', '/faults', { kind: 'ack-error', phone, code: 479, count: 1 });
    const again = await fleet.send(sessionId, friend, 'second');
    await messageStatus(sessionId, again, 'delivered');
  });

  it('serves a phone that lost its keys from the messages table', async () => {
    const phone = '491520000007';
    const sessionId = await fleet.link(phone);
    const first = await fleet.send(sessionId, friend, 'before');
    await messageStatus(sessionId, first, 'delivered');
    await fleet.control('POST', '/faults', { kind: 'forget-sessions', phone: friend });
    const second = await fleet.send(sessionId, friend, 'needs a second try');
    await waitFor('the text on the phone', async () => {
      const answer = await fleet.control('GET', `/phones/${friend}/messages`);
      const inbox = (answer.messages ?? answer) as { id: string; text?: string }[];
      return inbox.some(({ id, text }) => id === second && text === 'needs a second try');
    });
  });

  it('has nothing secret in its log', async () => {
    const sessionId = await fleet.link('491520000008');
    const { id } = await fleet.control('POST', `/phones/${friend}/messages`, {
      to: '491520000008',
      text: 'planted-inbound',
    });
    await fleet.waitForEvent('the message', ({ data }) => data.messageId === id);
    const sent = await fleet.send(sessionId, friend, 'planted-outbound');
    await messageStatus(sessionId, sent, 'delivered');
    const log = connector.output();
    expect(log).toContain(sessionId);
    for (const secret of [
      'planted-inbound',
      'planted-outbound',
      'linked_devices',
      'privKey',
      'rootKey',
      'chainKey',
      'advSecret',
    ]) {
      expect(log).not.toContain(secret);
    }
    for (const event of fleet.events.filter(({ type }) => type === 'qr.updated')) {
      expect(log).not.toContain(String(event.data.qr).split('#')[1]);
    }
    expect(log).not.toMatch(/"level":"(error|fatal)"/);
  });
});
