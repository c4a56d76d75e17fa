import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../connector/membership/clock.ts';
import { createTaskProtection, type TaskProtection } from '../../../connector/membership/task-protection.ts';
import { startAgentServer } from '../../../local/ecs/agent-server.ts';
import type { TaskIdentity } from '../../../local/ecs/task.ts';
import { TaskProtection as ProtectionOfEcs } from '../../../local/ecs/task-protection.ts';
import { waitFor } from '../../support/wait-for.ts';

describe('the protection of a task', () => {
  let agent: Awaited<ReturnType<typeof startAgentServer>>;
  let protection: TaskProtection | undefined;
  let refusal: string | undefined;
  const ofEcs = new ProtectionOfEcs(Date.now);
  let troubles: string[] = [];
  const renewals: (() => void)[] = [];

  beforeEach(async () => {
    refusal = undefined;
    // A renewal that is still under way when its test ends complains to the list of that test.
    const own: string[] = [];
    troubles = own;
    renewals.length = 0;
    agent = await startAgentServer(
      () => refusal,
      () => undefined,
    );
    agent.add({ id: 'abc', arn: 'arn:aws:ecs:x:1:task/c/abc', accessKeyId: 'key', protection: ofEcs } as TaskIdentity);
    protection = createTaskProtection({
      agentUri: `${agent.endpoint}/api/abc`,
      clock: {
        ...systemClock,
        every: (_periodMs, work) => {
          renewals.push(work);
          return () => undefined;
        },
      },
      onTrouble: (_sentence, error) => own.push(String(error)),
    });
  });

  afterEach(async () => {
    protection?.stop();
    await agent.stop();
  });

  it('is on while it is wanted, renewed before it ends, and off afterwards', async () => {
    protection?.set(true);
    await waitFor('the protection', () => ofEcs.enabled);
    const expiresAt = () =>
      (ofEcs.describe('arn') as { protection: { ExpirationDate: string } }).protection.ExpirationDate;
    const first = expiresAt();
    await waitFor('a renewal', () => {
      renewals[0]?.();
      return expiresAt() > first;
    });
    protection?.set(false);
    await waitFor('the end of it', () => !ofEcs.enabled);
    expect(troubles).toEqual([]);
  });

  it('tells what went wrong, and tries again at the next renewal', async () => {
    refusal = 'The role may not.';
    protection?.set(true);
    await waitFor('the refusal', () => troubles.length === 1);
    expect(troubles[0]).toContain('The role may not.');
    refusal = undefined;
    renewals[0]?.();
    await waitFor('the protection', () => ofEcs.enabled);
  });

  it('does nothing outside ECS', () => {
    const outside = createTaskProtection({
      agentUri: undefined,
      clock: systemClock,
      onTrouble: (sentence) => troubles.push(sentence),
    });
    outside.set(true);
    outside.stop();
    expect(troubles).toEqual([]);
  });
});
