import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type LocalStack, startStack } from './support/local-stack.ts';
import { Receiver } from './support/receiver.ts';
import { createTenant, linkSession, waitForStatus } from './support/tenant.ts';
import { WharfClient } from './support/wharf-client.ts';

describe('a restart of everything', () => {
  let stack: LocalStack | undefined;
  let receiver: Receiver | undefined;
  let dataFolder = '';

  afterAll(async () => {
    await receiver?.stop();
    await stack?.stop();
    await rm(dataFolder, { recursive: true, force: true });
  });

  it('reconnects the session by itself, without a new QR, and messages flow', async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'wharf-restart-'));
    stack = await startStack({ dataFolder });
    receiver = await Receiver.start();
    const tenant = await createTenant(stack);
    const session = await linkSession(stack, tenant, receiver, '491540000001');
    expect(await stack.stop()).toBe(0);

    stack = await startStack({ dataFolder });
    const again = { ...tenant, client: new WharfClient(stack.api).withKey(tenant.key) };
    await waitForStatus(again, session.sessionId, 'connected');
    await stack.simulator.send('491540000002', session.phone, 'still there?');
    const { body } = await receiver.event('message.received', (event) => event.data.text === 'still there?');
    expect(body.sessionId).toBe(session.sessionId);
    expect(receiver.unverified).toEqual([]);
  });
});
