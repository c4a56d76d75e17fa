import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import type { LocalStack } from './local-stack.ts';
import type { Receiver } from './receiver.ts';
import { WharfClient } from './wharf-client.ts';

export interface Tenant {
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly key: string;
  readonly keyId: string;
  /** The API with the account's master key. */
  readonly client: WharfClient;
  readonly jwtClient: WharfClient;
}

export interface LinkedSession {
  readonly sessionId: string;
  readonly sessionKey: string;
  readonly phone: string;
  readonly qr: string;
}

/** Registers, logs in and makes a master key. */
export async function createTenant(stack: LocalStack): Promise<Tenant> {
  const anonymous = new WharfClient(stack.api);
  const email = `owner-${randomBytes(6).toString('hex')}@example.com`;
  const password = `correct horse ${randomBytes(6).toString('hex')}`;
  const registered = await anonymous.post('/auth/register', { email, password, name: 'Owner' });
  expect(registered.status, JSON.stringify(registered.body)).toBe(201);
  const login = await anonymous.post('/auth/login', { email, password });
  expect(login.status, JSON.stringify(login.body)).toBe(200);
  const token = login.body.data.token ?? login.body.data.accessToken;
  const jwtClient = anonymous.withToken(token);
  const made = await jwtClient.post('/auth/api-keys', { name: 'SaaS Master Key' });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const { key, keyId } = made.body.data;
  return { email, password, token, key, keyId, client: anonymous.withKey(key), jwtClient };
}

/** Creates a session with a webhook on the receiver, without linking it. */
export async function createSession(tenant: Tenant, receiver: Receiver, events: readonly string[] = ['*']) {
  const path = `/hook-${randomBytes(4).toString('hex')}`;
  const created = await tenant.client.post('/sessions', {
    name: 'Client ABC',
    metadata: { customer: 'abc' },
    // Traffic of tests comes in bursts.
    settings: { sending: { pacing: false, newChatsPerDay: null } },
    webhook: { url: receiver.url(path), events },
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  receiver.trust(path, created.body.data.webhook.secret);
  return created.body.data as {
    sessionId: string;
    apiKey: string;
    webhook: { id: string; secret: string };
    notice: string | null;
  };
}

/** Creates a session, scans its QR with a phone of the simulator and waits until it is connected. */
export async function linkSession(
  stack: LocalStack,
  tenant: Tenant,
  receiver: Receiver,
  phone: string,
  name = `Owner of ${phone}`,
): Promise<LinkedSession> {
  const { sessionId, apiKey } = await createSession(tenant, receiver);
  await stack.simulator.createPhone(phone, name);
  const { qr } = await showQr(tenant, sessionId);
  await stack.simulator.scan(phone, qr);
  await waitForStatus(tenant, sessionId, 'connected');
  return { sessionId, sessionKey: apiKey, phone, qr };
}

/** What `GET …/qr` shows, once there is a code: a connector that is still starting may need longer than one request waits. */
export function showQr(tenant: Tenant, sessionId: string): Promise<{ status: string; qr: string; qrCode: string }> {
  return waitFor(`a QR of session ${sessionId}`, async () => {
    const { status, body } = await tenant.client.get(`/sessions/${sessionId}/qr?wait=20`);
    expect(status, JSON.stringify(body)).toBe(200);
    return body.data.qr === null ? undefined : body.data;
  });
}

export async function waitForStatus(tenant: Tenant, sessionId: string, status: string): Promise<void> {
  await waitFor(`session ${sessionId} to be ${status}`, async () => {
    const answer = await tenant.client.get(`/sessions/${sessionId}/status`);
    return answer.body.data?.status === status;
  });
}
