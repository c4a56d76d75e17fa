import { downloadMediaMessage } from '@whiskeysockets/baileys';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/start-simulator.ts';
import type { BaileysClient } from './support/baileys-client.ts';
import { ControlClient } from './support/control-client.ts';
import { linkClient } from './support/link.ts';
import { trustMedia } from './support/trust-media.ts';
import { waitFor } from './support/wait-for.ts';

const owner = '491791000001';
const friend = '491791000002';
const jidOf = (phone: string) => `${phone}@s.whatsapp.net`;
let simulator: RunningSimulator;
let control: ControlClient;
let client: BaileysClient;

beforeAll(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator.controlUrl);
  await trustMedia(simulator);
  client = await linkClient(simulator, owner);
});

afterEach(async () => {
  await control.request('DELETE', '/faults');
});

afterAll(async () => {
  client.close();
  await simulator.stop();
});

async function sendTo(phone: string): Promise<{ id: string; error: string | undefined }> {
  const sent = await client.socket.sendMessage(jidOf(phone), { text: 'hello' });
  return waitFor('the ack', () => client.acks.find(({ id }) => id === sent?.key.id));
}

describe('a lock on new conversations', () => {
  it('refuses strangers with 463, lets running chats go on, and says until when', async () => {
    expect((await sendTo(friend)).error).toBeUndefined();
    await control.post(`/phones/491791000003/messages`, { to: owner, text: 'they began' });
    await control.post('/faults', { kind: 'reach-out-lock', phone: owner, seconds: 3600 });
    const notice = await waitFor('the notice', () => client.connection.findLast((update) => update.reachoutTimeLock));
    expect(notice.reachoutTimeLock).toMatchObject({ isActive: true, enforcementType: 'WEB_COMPANION_ONLY' });
    expect(await client.socket.fetchAccountReachoutTimelock()).toEqual(notice.reachoutTimeLock);
    expect((await sendTo('491791000004')).error).toBe('463');
    expect((await sendTo(friend)).error).toBeUndefined();
    expect((await sendTo('491791000003')).error).toBeUndefined();
    expect((await control.get(`/phones/${owner}`)).refused).toBe(1);
    expect(await control.inbox('491791000004')).toEqual([]);
    await control.request('DELETE', '/faults');
    await waitFor('the end', () => client.connection.findLast((update) => update.reachoutTimeLock?.isActive === false));
    expect((await sendTo('491791000004')).error).toBeUndefined();
  });

  it('ends by itself', async () => {
    client.connection.length = 0;
    await control.post('/faults', { kind: 'reach-out-lock', phone: owner, seconds: 0.05 });
    await waitFor('both', () => client.connection.filter((update) => update.reachoutTimeLock).length === 2);
    expect((await sendTo('491791000005')).error).toBeUndefined();
  });
});

it('refuses a stanza once with 479', async () => {
  await control.post('/faults', { kind: 'ack-error', code: 479, phone: owner, count: 1 });
  expect((await sendTo(friend)).error).toBe('479');
  expect((await sendTo(friend)).error).toBeUndefined();
});

describe('a message of which only the envelope comes', () => {
  it('is asked from the phone, which has it', async () => {
    const { id } = await control.post(`/phones/${friend}/messages`, {
      to: owner,
      text: 'about your ad',
      placeholder: 'resent',
    });
    const mine = () => client.every.filter(({ key }) => key.id === id);
    await waitFor('the stub', () => mine().length > 0);
    expect(mine()[0]).toMatchObject({ messageStubParameters: ['Message absent from node'] });
    await waitFor('the content', () => mine().some(({ message }) => message?.conversation === 'about your ad'));
    expect(await control.get('/stats')).toMatchObject({ placeholdersResent: 1 });
  });

  it('can be lost for good', async () => {
    const { id } = await control.post(`/phones/${friend}/messages`, { to: owner, text: 'never', placeholder: 'lost' });
    await waitFor('the stub', () => client.every.some(({ key }) => key.id === id));
    await waitFor('the question', () => client.statuses.some(({ key }) => key.id === id));
    await control.post(`/phones/${friend}/messages`, { to: owner, text: 'after it' });
    await waitFor('the next', () => client.texts().includes('after it'));
    expect(client.every.some(({ key, message }) => key.id === id && message)).toBe(false);
  });
});

describe('a file that has expired', () => {
  async function expired() {
    const { id, size } = await control.post(`/phones/${friend}/messages`, { to: owner, image: { size: 5000 } });
    const { message } = await waitFor('it', () => client.received.find((each) => each.message.key.id === id));
    expect(await control.post(`/phones/${friend}/messages/${id}/expire-file`)).toEqual({ expired: true });
    await expect(downloadMediaMessage(message, 'buffer', {})).rejects.toThrow(/fetch stream/);
    // Baileys takes the host of the new address from its last media connection, and from WhatsApp itself without one.
    await client.socket.refreshMediaConn(false);
    return { message, size };
  }

  it('is uploaded again by the phone when the client asks', async () => {
    const { message, size } = await expired();
    const mended = await client.socket.updateMediaMessage(message);
    expect(await downloadMediaMessage(mended, 'buffer', {})).toHaveLength(size);
    expect(await control.get('/stats')).toMatchObject({ reuploads: 1, falseSignatures: 0 });
  });

  it('can be gone from the phone as well', async () => {
    const { message } = await expired();
    await control.post('/faults', { kind: 'refuse-reupload', phone: owner });
    await expect(client.socket.updateMediaMessage(message)).rejects.toThrow(/re-upload/);
  });
});
