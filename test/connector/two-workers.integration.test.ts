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
  let second: TestConnector;
  let third: TestConnector;
  const sessions: string[] = [];

  beforeAll(async () => {
    fleet = await startTestFleet();
    first = fleet.startConnector();
    await fleet.control('POST', '/phones', { phone: friend });
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
  const rows = () => Promise.all(sessions.map((id) => fleet.session(id)));
  const ownersOf = async () => new Set((await rows()).map((row) => row?.owner?.workerId));

  it('share the shards while no session feels it', async () => {
    await waitFor('the first to have all', async () => (await fleet.workers())[0]?.shards === 2);
    second = fleet.startConnector();
    await waitFor('one shard each', async () => {
      const workers = await fleet.workers();
      return workers.length === 2 && workers.every(({ shards }) => shards === 1);
    });
    for (const owner of owners) sessions.push(await fleet.link(owner));
    // Ids are random, and one time in eight the four fall into the same shard.
    while (new Set((await rows()).map((row) => row?.shard)).size < 2) {
      const owner = `4915300001${String(owners.length).padStart(2, '0')}`;
      owners.push(owner);
      sessions.push(await fleet.link(owner));
    }
    await exchange('shared');
    expect((await ownersOf()).size).toBe(2);
  }, 120_000);

  it('hand over shard by shard when one is stopped, and no socket is ever replaced by another', async () => {
    expect(await second.stop()).toBe(0);
    // Each shard went to a named owner: nobody had to find it free.
    const given = /"event":"shard_given","shard":\d,"epoch":\d+,"to":"wrk_/;
    // Its words may still be in the pipe when it has ended.
    await waitFor('a shard to be given', () => given.test(second.output()));
    await exchange('handed over');
    expect((await ownersOf()).size).toBe(1);
    expect(await fleet.control('GET', '/stats')).toMatchObject({ conflicts: 0 });
  });

  it('take the shards back in place when the connector alone dies', async () => {
    const [before] = await fleet.workers();
    process.kill(before!.processId, 'SIGKILL');
    await waitFor('a new incarnation with all shards', async () => {
      const [now] = await fleet.workers();
      return now?.workerId === before?.workerId && now?.processId !== before?.processId && now?.shards === 2;
    });
    await exchange('restarted');
    expect(await fleet.control('GET', '/stats')).toMatchObject({ conflicts: 0 });
  });

  it('take over when a container is gone: its connector ends with its parent, its sessions go on elsewhere', async () => {
    // Looked at first: the third may be given a shard as soon as it is there.
    const [owner] = await ownersOf();
    third = fleet.startConnector();
    await waitFor('the third to be there', async () => (await fleet.workers()).length === 2);
    const gone = once(first.parent, 'exit');
    const processes = (await fleet.workers()).filter(({ workerId }) => workerId === owner);
    first.parent.kill('SIGKILL');
    await gone;
    await waitFor('the orphan to end', () => !processes.some(({ processId }) => isRunning(processId)));
    await exchange('after the loss');
    expect(await ownersOf()).not.toContain(owner);
    expect(third.output()).toContain('"event":"shard_taken"');
  });
});
