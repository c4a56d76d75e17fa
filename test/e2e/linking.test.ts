import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { type LocalStack, startStack } from './support/local-stack.ts';
import { Receiver } from './support/receiver.ts';
import { createSession, createTenant, linkSession, showQr, type Tenant, waitForStatus } from './support/tenant.ts';

describe('linking and unlinking', () => {
  let stack: LocalStack;
  let receiver: Receiver;
  let tenant: Tenant;

  const keyItems = async () =>
    (await stack.control.status()).tables.find((table) => /keys/i.test(table.name))?.items ?? Number.NaN;

  async function settledKeyItems(): Promise<number> {
    let last = await keyItems();
    let sinceMs = Date.now();
    return waitFor('the number of stored keys to stand still', async () => {
      const now = await keyItems();
      if (now !== last) sinceMs = Date.now();
      last = now;
      return Date.now() - sinceMs > 1_000 ? now : undefined;
    });
  }

  /** Other sessions that run store keys of their own whenever they like. */
  async function stopAll(): Promise<void> {
    const { body } = await tenant.client.get('/sessions');
    for (const { sessionId } of body.data) {
      await tenant.client.post(`/sessions/${sessionId}/stop`, {});
      await waitForStatus(tenant, sessionId, 'stopped');
    }
  }

  beforeAll(async () => {
    stack = await startStack();
    receiver = await Receiver.start();
    tenant = await createTenant(stack);
  });

  afterAll(async () => {
    await receiver?.stop();
    await stack?.dispose();
  });

  it('links by pairing code', async () => {
    const phone = '491530000001';
    await stack.simulator.createPhone(phone, 'Paula Pair');
    const { sessionId } = await createSession(tenant, receiver);
    // The connector may still be starting: then the answer is to ask again.
    const asked = await waitFor('a pairing code', async () => {
      const answer = await tenant.client.post(`/sessions/${sessionId}/pairing-code`, { phone: `+${phone}` });
      return answer.body.code === 'CONNECTOR_TIMEOUT' ? undefined : answer;
    });
    expect(asked.status, JSON.stringify(asked.body)).toBe(200);
    expect(asked.body.data.code).toMatch(/^[1-9A-Z]{4}-?[1-9A-Z]{4}$/);
    await stack.simulator.linkCode(phone, asked.body.data.code);
    await waitForStatus(tenant, sessionId, 'connected');
    const details = await tenant.client.get(`/sessions/${sessionId}`);
    expect(details.body.data).toMatchObject({ phone: `+${phone}` });
  });

  it('goes to logged_out when the phone unlinks, and the keys are gone', async () => {
    await stopAll();
    // The last keys of a session are stored a moment after its status: only what stands still can be compared.
    const before = await settledKeyItems();
    const session = await linkSession(stack, tenant, receiver, '491530000002');
    await waitFor('the keys of the session', async () => (await keyItems()) > before + 800);
    await stack.simulator.unlink(session.phone);
    await waitForStatus(tenant, session.sessionId, 'logged_out');
    await receiver.event(
      'status.change',
      (body) => body.sessionId === session.sessionId && body.status === 'logged_out',
    );
    await waitFor('the keys of the session to be gone', async () => (await keyItems()) <= before);
    const refused = await tenant.client.post(`/sessions/${session.sessionId}/messages`, {
      to: '491530000009',
      text: 'x',
    });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'SESSION_NOT_CONNECTED', success: false });
  });

  it('reports a passkey gate instead of timing out', async () => {
    const phone = '491530000003';
    await stack.simulator.createPhone(phone, 'Pia Passkey');
    await stack.simulator.fault({ kind: 'passkey', phone });
    const { sessionId } = await createSession(tenant, receiver);
    const { qr: shown } = await showQr(tenant, sessionId);
    await expect(stack.simulator.scan(phone, shown)).rejects.toThrow(/passkey_required/);
    await waitForStatus(tenant, sessionId, 'passkey_required');
    const qr = await tenant.client.get(`/sessions/${sessionId}/qr`);
    expect(qr.body.data).toMatchObject({ status: 'passkey_required', qrCode: null });
  });
});
