import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { startTestFleet, type TestConnector, type TestFleet } from './support/test-fleet.ts';

const friend = '491530000009';
const owners = ['491530000001', '491530000002', '491530000003', '491530000004'];

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

describe('two workers', () => {
  let fleet: TestFleet;
  let first: TestConnector;
  const sessions: string[] = [];

  beforeAll(async () => {
    fleet = await startTestFleet();
    first = fleet.startConnector();
    await fleet.control('POST', '/phones', { phone: friend });
    for (const owner of owners) sessions.push(await fleet.link(owner));
  });

  afterAll(async () => {
    await fleet?.stop();
  });

  const exchange = async (text: string) => {
    for (const [index, owner] of owners.entries()) {
      const { id } = await fleet.control('POST', `/phones/${friend}/messages`, { to: owner, text });
      await fleet.waitForEvent(`${text} to ${owner}`, ({ data }) => data.messageId === id);
      const sent = await fleet.send(sessions[index]!, friend, text);
      await fleet.waitForEvent('sent', ({ type, data }) => type === 'message.sent' && data.messageId === sent);
    }
  };

  it('share the shards, and no socket is ever replaced by another', async () => {
    fleet.startConnector();
    await waitFor('one shard each', async () => {
      const workers = await fleet.workers();
      return workers.length === 2 && workers.every(({ shards }) => shards === 1);
    });
    await exchange('shared');
    expect(await fleet.control('GET', '/stats')).toMatchObject({ conflicts: 0 });
    const owned = await Promise.all(sessions.map((sessionId) => fleet.session(sessionId)));
    expect(owned.every((row) => row?.status === 'connected')).toBe(true);
  });

  it('take over when a container is gone: its connector ends with its parent, its sessions go on elsewhere', async () => {
    const before = await fleet.workers();
    const gone = once(first.parent, 'exit');
    first.parent.kill('SIGKILL');
    await gone;
    await waitFor('the orphan to end', () => before.filter(({ processId }) => isRunning(processId)).length === 1);
    await exchange('after the loss');
    const owners = new Set(
      (await Promise.all(sessions.map((id) => fleet.session(id)))).map((row) => row?.owner?.workerId),
    );
    expect(owners.size).toBe(1);
  });
});
