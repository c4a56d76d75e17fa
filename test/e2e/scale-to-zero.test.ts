import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { type LocalStack, startStack } from './support/local-stack.ts';
import { Receiver } from './support/receiver.ts';
import { createSession, createTenant, showQr, type Tenant, waitForStatus } from './support/tenant.ts';

const phone = '491550000001';

describe('a fleet that nobody needs', () => {
  let stack: LocalStack;
  let receiver: Receiver;
  let tenant: Tenant;

  beforeAll(async () => {
    stack = await startStack({ flags: ['--zero-after', '0'] });
    receiver = await Receiver.start();
    tenant = await createTenant(stack);
  });

  afterAll(async () => {
    await receiver?.stop();
    await stack?.dispose();
  });

  const runScaler = async () => {
    const name = (await stack.control.schedules()).find((each) => each.includes('Scaler'));
    await stack.control.post(`/schedules/${name}/fire`);
  };
  const nobodyRuns = () =>
    waitFor('no connector', async () => {
      await runScaler();
      return (await stack.control.status()).workers.length === 0;
    });

  it('goes to zero, comes back for the first session, keeps it, and goes again when it is stopped', async () => {
    await nobodyRuns();

    const askedAt = performance.now();
    const { sessionId, notice } = await createSession(tenant, receiver);
    expect(notice).toContain('a minute');
    const shown = await showQr(tenant, sessionId);
    console.info(
      `from POST /sessions with no connector to the QR: ${((performance.now() - askedAt) / 1_000).toFixed(1)} s`,
    );
    await stack.simulator.createPhone(phone, 'Zoe');
    await stack.simulator.scan(phone, shown.qr);
    await waitForStatus(tenant, sessionId, 'connected');

    await runScaler();
    expect((await createSession(tenant, receiver)).notice).toBeNull();
    expect((await stack.control.status()).workers).toHaveLength(1);

    const { body } = await tenant.client.get('/sessions');
    for (const session of body.data) await tenant.client.post(`/sessions/${session.sessionId}/stop`, {});
    for (const session of body.data) await waitForStatus(tenant, session.sessionId, 'stopped');
    await nobodyRuns();
    // A worker is off the list as soon as it was told to stop; the simulator sees the end of its sockets a moment later.
    await waitFor('the end of all sockets', async () => (await stack.simulator.stats()).openSockets === 0);

    // What is wished while nothing runs needs a connector too.
    expect((await tenant.client.delete(`/sessions/${sessionId}`)).status).toBe(200);
    await waitFor('the phone to have lost its linked device', async () => {
      const { linkedDevices } = await stack.simulator.stats();
      return linkedDevices === 0;
    });
    await nobodyRuns();
  }, 600_000);
});
