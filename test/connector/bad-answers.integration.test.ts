import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { startTestFleet, type TestFleet } from './support/test-fleet.ts';

const friend = '491560000009';

describe('a server that answers late, never or with a refusal', () => {
  let fleet: TestFleet;

  beforeAll(async () => {
    fleet = await startTestFleet();
    fleet.startConnector();
    await fleet.control('POST', '/phones', { phone: friend });
  });

  afterAll(async () => {
    await fleet?.stop();
  });

  const reached = (sessionId: string, messageId: string, status: string) =>
    waitFor(`message to be ${status}`, async () => (await fleet.message(sessionId, messageId))?.status === status);
  const eventsOf = (messageId: string) =>
    fleet.events.filter(({ data }) => data.messageId === messageId).map(({ type, data }) => data.status ?? type);
  const inboxOf = async (messageId: string) => {
    const { messages } = await fleet.control('GET', `/phones/${friend}/messages`);
    return (messages as { id: string; receivedAt: string }[]).filter(({ id }) => id === messageId);
  };

  it('runs its child with a small young generation', async () => {
    const worker = await waitFor('the worker', async () => (await fleet.workers())[0]);
    const commandLine = await readFile(`/proc/${worker.processId}/cmdline`, 'utf8');
    expect(commandLine.split('\0')).toContain('--max-semi-space-size=16');
  });

  it('tells of sent and delivered when the receipt comes with the ack', async () => {
    await fleet.control('POST', '/settings', { receiptDelayMs: 0 });
    const sessionId = await fleet.link('491560000001');
    const messageId = await fleet.send(sessionId, friend, 'at once');
    await reached(sessionId, messageId, 'delivered');
    await waitFor('both events', () => eventsOf(messageId).length === 2);
    expect(eventsOf(messageId)).toEqual(['message.sent', 'delivered']);
    await fleet.control('POST', '/settings', { receiptDelayMs: 150 });
  });

  it('calls a message sent only when the late ack is there', async () => {
    const phone = '491560000002';
    const sessionId = await fleet.link(phone);
    await fleet.control('POST', '/faults', { kind: 'lose-receipts' });
    await fleet.control('POST', '/faults', { kind: 'delay-acks', phone, milliseconds: 1_500, count: 1 });
    const messageId = await fleet.send(sessionId, friend, 'late ack');
    const [received] = await waitFor('the phone to have it', async () => {
      const found = await inboxOf(messageId);
      return found.length === 1 && found;
    });
    const sent = await waitFor('message to be sent', async () => {
      // Read before the row, which is written first: an event that is out while the row still waits came too early.
      const told = eventsOf(messageId);
      const row = await fleet.message(sessionId, messageId);
      if (row?.status === 'sent') return row;
      expect(told).toEqual([]);
      return undefined;
    });
    // By the time stamps, since a slow test may look only when the ack is there; timers may be early by a little.
    expect(Date.parse(sent.updatedAt) - Date.parse(received?.receivedAt ?? '')).toBeGreaterThan(1_400);
    await fleet.control('POST', '/faults', { kind: 'clear' });
  });

  it('sends again under the same id after a reconnect when the ack is lost; the phone shows it once', async () => {
    const phone = '491560000003';
    const sessionId = await fleet.link(phone);
    await fleet.control('POST', '/faults', { kind: 'lose-receipts' });
    await fleet.control('POST', '/faults', { kind: 'lose-acks', phone, count: 1 });
    const messageId = await fleet.send(sessionId, friend, 'lost ack');
    await waitFor('the phone to have it', async () => (await inboxOf(messageId)).length === 1);
    await fleet.control('POST', '/faults', { kind: 'drop', phone });
    await reached(sessionId, messageId, 'sent');
    await waitFor('the event', () => eventsOf(messageId).length === 1);
    expect(eventsOf(messageId)).toEqual(['message.sent']);
    expect(await inboxOf(messageId)).toHaveLength(1);
    await fleet.control('POST', '/faults', { kind: 'clear' });
  });

  it.each([
    [402, 'restricted'],
    [406, 'banned'],
  ])('rests after a login refused with %i as %s, and keeps its keys', async (code, status) => {
    const phone = `491560000${code}`;
    const sessionId = await fleet.link(phone);
    await fleet.control('POST', '/faults', { kind: 'refuse-login', phone, code, count: 1 });
    await fleet.control('POST', '/faults', { kind: 'drop', phone });
    const row = await fleet.waitForStatus(sessionId, status);
    if (code === 402) expect(Date.parse(row.until ?? '')).toBeGreaterThan(Date.now());
    expect(await fleet.keyItems(sessionId)).toBeGreaterThan(0);
  });

  it('does not start with a simulator that is neither loopback nor named', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../connector/main.ts')], {
      env: {
        ...process.env,
        CONTROL_TABLE: 'c',
        KEYS_TABLE: 'k',
        MESSAGES_TABLE: 'm',
        FLEET_TABLE: 'f',
        EVENTS_QUEUE_URL: 'http://127.0.0.1/q',
        SHARD_QUEUE_URL_PREFIX: 'http://127.0.0.1/s',
        SHARD_COUNT: '1',
        SEALING_KEY_ID: 'key',
        MEDIA_BUCKET: 'b',
        DEFAULT_PLAN: 'free',
        STAGE: 'test',
        SIMULATOR_URL: 'ws://192.0.2.1:4010/ws/chat',
        SIMULATOR_ROOT_KEY: Buffer.alloc(32, 1).toString('base64'),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let written = '';
    child.stderr.on('data', (chunk: Buffer) => (written += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(78);
    expect(written).toContain('SIMULATOR_URL names the host 192.0.2.1');
  });
});
