import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { type CountingProxy, startCountingProxy } from './support/counting-proxy.ts';
import { startTestFleet, type TestFleet } from './support/test-fleet.ts';

const friend = '491530000209';
const owner = '491530000201';

/** Everything that a connector talks to, through proxies that count what it says. */
async function startProxies({ environment }: TestFleet) {
  const names = ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL_KMS', 'SIMULATOR_URL'] as const;
  const proxies = await Promise.all(names.map((name) => startCountingProxy(environment[name])));
  const [, sqs] = proxies as [CountingProxy, CountingProxy];
  const queuePort = new URL(environment.AWS_ENDPOINT_URL_SQS).port;
  // The SDK goes where the queue's URL says.
  const throughSqs = (url: string) => url.replace(`:${queuePort}/`, `:${sqs.port}/`);
  return {
    environment: {
      ...Object.fromEntries(names.map((name, index) => [name, proxies[index]!.url])),
      EVENTS_QUEUE_URL: throughSqs(environment.EVENTS_QUEUE_URL),
      SHARD_QUEUE_URL_PREFIX: throughSqs(environment.SHARD_QUEUE_URL_PREFIX),
    },
    bytes: () => Object.fromEntries(names.map((name, index) => [name, proxies[index]!.bytes()])),
    stop: () => Promise.all(proxies.map((proxy) => proxy.stop())),
  };
}

function isStopped(processId: number): boolean {
  return readFileSync(`/proc/${processId}/stat`, 'utf8').split(') ')[1]?.startsWith('T') === true;
}

describe('a worker that was frozen longer than its lease', () => {
  let fleet: TestFleet;
  let proxies: Awaited<ReturnType<typeof startProxies>>;

  beforeAll(async () => {
    fleet = await startTestFleet();
    proxies = await startProxies(fleet);
    await fleet.control('POST', '/phones', { phone: friend });
  });

  afterAll(async () => {
    await fleet?.stop();
    await proxies?.stop();
  });

  it('wakes up, writes nothing, sends nothing, and ends; what waited for it is done once, by its successor', async () => {
    const frozen = fleet.startConnector({ environment: proxies.environment, file: 'main.ts' });
    const sessionId = await fleet.link(owner);
    const ended = once(frozen.parent, 'exit');
    const processId = frozen.parent.pid!;
    process.kill(processId, 'SIGSTOP');
    await waitFor('the process to stand still', () => isStopped(processId));

    // A stanza on its socket, a command in its long poll, and every timer overdue.
    const { id } = await fleet.control('POST', `/phones/${friend}/messages`, { to: owner, text: 'while you slept' });
    const sent = await fleet.send(sessionId, friend, 'asked for while it slept');
    fleet.startConnector();
    await waitFor('the successor to hold the session', async () => {
      const row = await fleet.session(sessionId);
      return row?.status === 'connected' && row.owner?.workerId !== undefined && row.owner.epoch > 1;
    });
    await fleet.waitForEvent('the message', ({ data }) => data.messageId === id);
    await fleet.waitForEvent('the answer', ({ type, data }) => type === 'message.sent' && data.messageId === sent);

    const before = proxies.bytes();
    process.kill(processId, 'SIGCONT');
    expect(await ended).toEqual([1, null]);
    expect(proxies.bytes()).toEqual(before);
    expect(Object.values(before).every((bytes) => bytes > 0)).toBe(true);
    // Its last words may be in the pipe when it has already ended.
    await waitFor('its last words', () => frozen.output().includes('"event":"fenced"'));

    const received = await fleet.control('GET', `/phones/${friend}/messages`);
    expect(JSON.stringify(received)).toContain('asked for while it slept');
    expect(await fleet.control('GET', '/stats')).toMatchObject({ duplicates: 0 });
    expect(new Set(fleet.events.filter(({ data }) => data.messageId === id).map((event) => event.id)).size).toBe(1);
  }, 120_000);
});
