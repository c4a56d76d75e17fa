import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { listen } from '../http/listen.ts';
import { defaultIdentity } from '../identity.ts';
import { Broker, type BrokerQueue } from './broker.ts';
import { changeMessageVisibility, deleteMessage, purgeQueue, sendMessage } from './message-actions.ts';
import { MoveTasks } from './move-tasks.ts';
import { sqsEndpoint } from './protocol/sqs-endpoint.ts';
import { receiveMessages } from './receive-messages.ts';
import { sequenceNumber } from './received-message.ts';
import type { QueueStatistics, SqsEngine, SqsOptions } from './sqs-engine.ts';
import { openJournalFile, readJournalFile } from './storage/journal-file.ts';
import { noJournal } from './storage/journal-record.ts';
import { restore, snapshot } from './storage/snapshot.ts';

/**
 * Starts SQS on loopback: in memory, or with a journal when `dataFolder` is given.
 *
 * @example
 * const sqs = await startSqs();
 * const url = sqs.createQueue('events.fifo', { VisibilityTimeout: 60 });
 * const [message] = await sqs.receive('events.fifo', { waitMs: 20_000 });
 */
export async function startSqs(options: SqsOptions = {}): Promise<SqsEngine> {
  const clock = options.clock ?? systemClock;
  const identity = {
    accountId: options.accountId ?? defaultIdentity.accountId,
    region: options.region ?? defaultIdentity.region,
  };
  const broker = new Broker({ clock, identity, journal: noJournal });
  if (options.dataFolder !== undefined) bringBack(broker, join(options.dataFolder, 'sqs.journal'));
  const tasks = new MoveTasks(broker, clock);
  const queueUrl = (name: string): string => `${server.endpoint}/${identity.accountId}/${name}`;
  const server = await listen(
    'SQS',
    options.port ?? 0,
    sqsEndpoint({ broker, tasks, authorize: options.authorize, queueUrl }),
  );
  return {
    endpoint: server.endpoint,
    createQueue: (name, attributes = {}) => {
      const plain = plainAttributes(attributes);
      if (broker.find(name) === undefined) broker.create(name, plain, {});
      else broker.setAttributes(name, plain);
      return queueUrl(name);
    },
    queueUrl,
    queueArn: (name) => broker.arn(name),
    queueName: (arnOrUrl) => arnOrUrl.slice(Math.max(arnOrUrl.lastIndexOf(':'), arnOrUrl.lastIndexOf('/')) + 1),
    send: (name, input) => {
      const { id, sequence } = sendMessage(broker, name, input);
      return { messageId: id, sequenceNumber: name.endsWith('.fifo') ? sequenceNumber(sequence) : undefined };
    },
    receive: (name, receiveOptions) => receiveMessages(broker, name, receiveOptions),
    delete: (name, receiptHandle) => deleteMessage(broker, name, receiptHandle),
    changeVisibility: (name, receiptHandle, seconds) => changeMessageVisibility(broker, name, receiptHandle, seconds),
    redrive: (name) => tasks.start(broker.arn(name), undefined, undefined).handle,
    purge: (name) => purgeQueue(broker, name),
    statistics: () => broker.queues().map((found) => statisticsOf(broker, found)),
    stop: async () => {
      broker.close();
      await server.close();
    },
  };
}

/** The queues of an earlier run, and from then on a journal of all changes. */
function bringBack(broker: Broker, path: string): void {
  restore(broker, readJournalFile(path));
  broker.journal = openJournalFile(path, () => snapshot(broker));
}

/** CloudFormation gives numbers, booleans and policies as such; the API wants text. */
function plainAttributes(attributes: Readonly<Record<string, unknown>>): Record<string, string> {
  const set = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    set.map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  );
}

function statisticsOf(broker: Broker, { queue, owner }: BrokerQueue): QueueStatistics {
  owner.refresh();
  const target = broker.findByArn(queue.settings.redrive?.deadLetterTargetArn ?? '');
  return {
    name: queue.name,
    depth: queue.counts.ready,
    inFlight: queue.counts['in-flight'],
    delayed: queue.counts.delayed,
    ...(target === undefined ? {} : { dead: target.queue.countFrom(broker.arn(queue.name)) }),
  };
}
