import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { type LocalStack, startStack } from './support/local-stack.ts';
import { createTenant } from './support/tenant.ts';
import { WharfClient } from './support/wharf-client.ts';

describe('the first administrator', () => {
  let stack: LocalStack;

  beforeAll(async () => {
    stack = await startStack();
  });

  afterAll(async () => {
    await stack?.dispose();
  });

  /** As `npm run create-admin` does it. */
  async function createAdministrator(...args: string[]): Promise<{ output: string; code: number }> {
    const endpoints = join(stack.dataFolder, 'endpoints.json');
    const child = spawn(process.execPath, ['lib/administrator/main.ts', '--endpoints', endpoints, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit');
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await exited;
    return { output: out + err, code };
  }

  it('is made by the operator, sets a password by the printed token, and administers over HTTP', async () => {
    const email = 'first@example.com';
    const password = 'a long password of the operator';
    const made = await createAdministrator('--email', email);
    expect(made.code, made.output).toBe(0);
    expect(made.output).toContain(`${stack.api}/api/v1/auth/password-reset/confirm`);
    const token = /wharf_pr_[\w.-]+/.exec(made.output)?.[0];
    const anonymous = new WharfClient(stack.api);
    expect((await anonymous.post('/auth/login', { email, password })).status).toBe(401);
    expect((await anonymous.post('/auth/password-reset/confirm', { token, password })).status).toBe(200);
    const login = (await anonymous.post('/auth/login', { email, password })).body.data;
    expect(login.user.role).toBe('admin');

    const admin = anonymous.withToken(login.token);
    const tenant = await createTenant(stack);
    const { data } = (await admin.get(`/admin/users?email=${encodeURIComponent(tenant.email)}`)).body;
    const { userId } = data[0];
    const changed = await admin.request('PATCH', `/admin/users/${userId}`, '{"plan":"pro"}');
    expect(changed.body.data.plan).toBe('pro');
    expect((await admin.post(`/admin/users/${userId}/suspend`, {})).status).toBe(200);
    const body = { email: tenant.email, password: tenant.password };
    expect((await anonymous.post('/auth/login', body)).body.code).toBe('ACCOUNT_SUSPENDED');
    expect((await admin.post(`/admin/users/${userId}/restore`, {})).status).toBe(200);
    const again = (await anonymous.post('/auth/login', body)).body.data;
    const refreshed = await anonymous.post('/auth/refresh', { refreshToken: again.refreshToken });
    expect(refreshed.status, JSON.stringify(refreshed.body)).toBe(200);
    expect((await anonymous.post('/auth/logout', { refreshToken: refreshed.body.data.refreshToken })).status).toBe(200);

    const invite = await admin.request('POST', '/admin/invites', '{}', { 'idempotency-key': 'first-guest' });
    expect(invite.status, JSON.stringify(invite.body)).toBe(201);
    const guest = { email: 'guest@example.com', password: 'a password of a guest', name: 'Guest' };
    const { inviteToken } = invite.body.data;
    expect((await anonymous.post('/auth/register', { ...guest, inviteToken })).status).toBe(201);
    expect((await admin.request('DELETE', `/admin/invites/${invite.body.data.inviteId}`)).status).toBe(200);
    expect((await admin.post(`/admin/users/${userId}/password-reset`, {})).status).toBe(201);
    for (const path of ['/plans', '/usage', '/usage/sessions', '/audit', '/admin/users', '/admin/invites']) {
      const answer = await admin.get(path);
      expect(answer.status, `${path} ${JSON.stringify(answer.body)}`).toBe(200);
    }
  });

  it('may be an account that was there, and the command may be repeated', async () => {
    const tenant = await createTenant(stack);
    const made = await createAdministrator('--email', tenant.email.toUpperCase());
    expect(made.output).toContain('an account that was there');
    const login = await new WharfClient(stack.api).post('/auth/login', {
      email: tenant.email,
      password: tenant.password,
    });
    expect(login.body.data.user.role).toBe('admin');
    expect((await createAdministrator('--email', 'you')).code).toBe(1);
  });

  it('has no part in a forgotten password: the tenant asks for a mail', async () => {
    const { email } = await createTenant(stack);
    const anonymous = new WharfClient(stack.api);
    for (const each of [email, 'nobody@example.com']) {
      expect((await anonymous.post('/auth/password-reset', { email: each })).status).toBe(202);
    }
    const token = await waitFor(
      'the mail',
      async () => /wharf_pr_[\w.-]+/.exec((await stack.control.mails(email))[0]?.text ?? '')?.[0],
    );
    const password = 'a password after the mail';
    expect((await anonymous.post('/auth/password-reset/confirm', { token, password })).status).toBe(200);
    expect((await anonymous.post('/auth/login', { email, password })).status).toBe(200);
    expect(await stack.control.mails('nobody@example.com')).toEqual([]);
  });
});
