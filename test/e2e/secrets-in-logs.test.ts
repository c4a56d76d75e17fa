import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, startStack } from './support/local-stack.ts';
import { Receiver } from './support/receiver.ts';
import { createTenant, linkSession } from './support/tenant.ts';

describe('logs of a whole run', () => {
  let stack: LocalStack;
  let receiver: Receiver;

  beforeAll(async () => {
    stack = await startStack();
    receiver = await Receiver.start();
  });

  afterAll(async () => {
    await receiver?.stop();
    await stack?.dispose();
  });

  async function logText(folder: string): Promise<string> {
    const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(log|jsonl|ndjson)$/.test(name));
    expect(names.length, 'the runner keeps a log file in its data folder').toBeGreaterThan(0);
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    return texts.join('\n');
  }

  it('hold none of the secrets and texts that went through', async () => {
    const tenant = await createTenant(stack);
    const session = await linkSession(stack, tenant, receiver, '491550000001', 'Lena Logs');
    const texts = { inbound: 'planted-inbound-5d1c', outbound: 'planted-outbound-77ab' };
    await stack.simulator.send('491550000002', session.phone, texts.inbound);
    await receiver.event('message.received');
    const sent = await tenant.client.post(`/sessions/${session.sessionId}/messages`, {
      to: '491550000002',
      text: texts.outbound,
    });
    await receiver.event('message.status', (body) => body.data.messageId === sent.body.data.messageId);
    await stack.simulator.unlink(session.phone);
    await receiver.event('status.change', (body) => body.status === 'logged_out');
    await stack.stop();

    const everything = `${stack.output()}\n${await logText(stack.dataFolder)}`;
    expect(everything, 'the run is in the log').toContain(session.sessionId);
    const planted = {
      password: tenant.password,
      token: tenant.token,
      'token signature': tenant.token.split('.')[2] ?? '',
      'master key': tenant.key,
      'session key': session.sessionKey,
      'text inside the QR': session.qr.split('#')[1] ?? session.qr,
      'webhook secrets': 'whsec_',
      'inbound text': texts.inbound,
      'outbound text': texts.outbound,
      'libsignal session dump': 'privKey',
      'libsignal chain dump': 'rootKey',
    };
    const found = Object.entries(planted)
      .filter(([, value]) => everything.includes(value))
      .map(([name]) => name);
    expect(found).toEqual([]);
  });
});
