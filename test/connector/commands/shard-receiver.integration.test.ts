import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ShardReceiver } from '../../../connector/commands/shard-receiver.ts';
import type { Command } from '../../../core/commands/command.ts';
import { startSqs } from '../../../local/engines/sqs/index.ts';
import { waitFor } from '../../support/wait-for.ts';

type Handle = ConstructorParameters<typeof ShardReceiver>[0]['handle'];

describe('shard receiver', () => {
  let sqs: Awaited<ReturnType<typeof startSqs>>;
  let client: SQSClient;
  let queues = 0;

  beforeAll(async () => {
    sqs = await startSqs();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    client = new SQSClient({ endpoint: sqs.endpoint, region: 'us-east-1', credentials });
  });

  afterAll(async () => {
    client.destroy();
    await sqs.stop();
  });

  function queueOf(commands: readonly (readonly [session: string, id: string])[]) {
    queues += 1;
    const name = `shard-${queues}.fifo`;
    const queueUrl = sqs.createQueue(name, { FifoQueue: 'true', VisibilityTimeout: '5' });
    for (const [groupId, commandId] of commands) {
      sqs.send(name, { body: JSON.stringify({ commandId }), groupId, deduplicationId: commandId });
    }
    const nothing = () => undefined;
    const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
    return {
      receive: (handle: Handle) =>
        new ShardReceiver({ polling: client, sqs: client, queueUrl, shard: 0, handle, logger }),
      statistics: () => sqs.statistics().find((queue) => queue.name === name)!,
    };
  }
  const idOf = (command: Command) => (command as { commandId: string }).commandId;

  it('handles the commands of a session in order, also after one had to be given back', async () => {
    const queue = queueOf([1, 2, 3, 4].map((n) => ['ses_1', `cmd_${n}`] as const));
    const done: string[] = [];
    let refused = false;
    const receiver = queue.receive(async (command) => {
      if (idOf(command) === 'cmd_2' && !refused) {
        refused = true;
        throw new Error('The table is away.');
      }
      done.push(idOf(command));
      return 'done';
    });
    await waitFor('all commands', () => done.length === 4);
    await receiver.stop();
    expect(done).toEqual(['cmd_1', 'cmd_2', 'cmd_3', 'cmd_4']);
    expect(queue.statistics()).toMatchObject({ depth: 0, inFlight: 0 });
  });

  it('holds one command of a session that waits, for longer than its visibility, and keeps the order behind it', async () => {
    const queue = queueOf([1, 2, 3, 4, 5].map((n) => ['ses_1', `cmd_${n}`] as const));
    const started: string[] = [];
    const { promise: connected, resolve: connect } = Promise.withResolvers<void>();
    const startedAtMs = Date.now();
    const receiver = queue.receive(async (command) => {
      started.push(idOf(command));
      if (started.length === 1) await connected;
      return 'done';
    });
    await waitFor('the others to be given back', () => {
      const { inFlight } = queue.statistics();
      return started.length === 1 && inFlight === 1;
    });
    await waitFor('more than a visibility timeout', () => Date.now() - startedAtMs > 6_500);
    expect(started).toEqual(['cmd_1']);
    connect();
    await waitFor('all commands', () => started.length === 5);
    await receiver.stop();
    expect(started).toEqual(['cmd_1', 'cmd_2', 'cmd_3', 'cmd_4', 'cmd_5']);
  });

  it('gives everything back at once when it stops', async () => {
    const queue = queueOf([
      ['ses_1', 'cmd_1'],
      ['ses_1', 'cmd_2'],
      ['ses_2', 'cmd_3'],
    ]);
    const started: string[] = [];
    const receiver = queue.receive(async (command, signal) => {
      started.push(idOf(command));
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return 'later';
    });
    await waitFor('both sessions', () => started.length === 2);
    await receiver.stop();
    await waitFor('nothing in flight', () => queue.statistics().inFlight === 0);
    expect(queue.statistics().depth + 0).toBeGreaterThan(0);
  });
});
