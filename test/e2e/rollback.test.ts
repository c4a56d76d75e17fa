import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { type LocalStack, startStack } from './support/local-stack.ts';
import { Receiver } from './support/receiver.ts';
import { createTenant, type LinkedSession, linkSession, type Tenant, waitForStatus } from './support/tenant.ts';

/** A new revision counts after ten seconds, and what is left is moved shard by shard. */
const moveMsMax = 120_000;

describe('a deployment that is rolled back after it has taken the sessions', () => {
  let stack: LocalStack;
  let receiver: Receiver;
  let tenant: Tenant;

  beforeAll(async () => {
    stack = await startStack();
    receiver = await Receiver.start();
    tenant = await createTenant(stack);
  });

  afterAll(async () => {
    await receiver?.stop();
    await stack?.dispose();
  });

  const workers = async () => (await stack.control.status()).workers;
  /** The one worker, once it holds the session and no other is left. */
  const soleOwner = (unlike: string) =>
    waitFor(
      'one worker with the session',
      async () => {
        const [worker, another] = await workers();
        return another === undefined && worker?.id !== unlike && worker?.sessions === 1 && worker.id;
      },
      moveMsMax,
    );
  const runScaler = async () => {
    const name = (await stack.control.schedules()).find((each) => each.includes('Scaler'));
    await stack.control.post(`/schedules/${name}/fire`);
  };

  it('gives them back to the revision before, and messages go on', async () => {
    const session: LinkedSession = await linkSession(stack, tenant, receiver, '491550000031');
    const before = await soleOwner('');
    await stack.control.post('/deploy');
    const failed = await soleOwner(before);

    await stack.control.post('/rollback');
    await waitFor('a task of the revision before', async () => (await workers()).length === 2);
    await runScaler();
    await soleOwner(failed);
    await waitForStatus(tenant, session.sessionId, 'connected');
    await stack.simulator.createPhone('491550000032', 'Yves');
    const { id } = await stack.simulator.send('491550000032', session.phone, 'still there?');
    await waitFor('the message', () =>
      receiver.events('message.received').some(({ body }) => body.data.messageId === id),
    );
    expect((await workers()).map((worker) => worker.id)).not.toContain(failed);
  }, 600_000);
});
