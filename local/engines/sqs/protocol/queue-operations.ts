import type { BrokerQueue } from '../broker.ts';
import { purgeQueue } from '../message-actions.ts';
import { sqsErrors } from '../sqs-errors.ts';
import { defaultAttributes } from '../structure/queue-settings.ts';
import {
  type CallInput,
  optionalNumber,
  optionalText,
  queueNameOfUrl,
  requiredText,
  textList,
  textMap,
} from './call-input.ts';
import type { Operation, OperationContext } from './operation.ts';

const pageSizeMax = 1_000;

/** Making, finding, describing and removing queues. */
export const queueOperations: Readonly<Record<string, Operation>> = {
  CreateQueue: createQueue,
  GetQueueUrl: ({ broker, input, queueUrl }) => ({
    QueueUrl: queueUrl(broker.get(requiredText(input, 'QueueName')).queue.name),
  }),
  ListQueues: ({ broker, input, queueUrl }) => {
    const prefix = optionalText(input, 'QueueNamePrefix') ?? '';
    const names = broker.queues().map(({ queue }) => queue.name);
    return page(
      names.filter((name) => name.startsWith(prefix)).map((name) => queueUrl(name)),
      'QueueUrls',
      input,
    );
  },
  DeleteQueue: ({ broker, input }) => broker.drop(queueNameOfUrl(input)),
  PurgeQueue: ({ broker, input }) => purgeQueue(broker, queueNameOfUrl(input)),
  SetQueueAttributes: ({ broker, input }) => broker.setAttributes(queueNameOfUrl(input), textMap(input, 'Attributes')),
  GetQueueAttributes: getQueueAttributes,
  ListDeadLetterSourceQueues: ({ broker, input, queueUrl }) => {
    const arn = broker.arn(broker.get(queueNameOfUrl(input)).queue.name);
    const sources = broker.queues().filter(({ queue }) => queue.settings.redrive?.deadLetterTargetArn === arn);
    return page(
      sources.map(({ queue }) => queueUrl(queue.name)),
      'queueUrls',
      input,
    );
  },
  TagQueue: ({ broker, input }) => {
    const name = queueNameOfUrl(input);
    broker.setTags(name, { ...broker.get(name).tags, ...textMap(input, 'Tags') });
  },
  UntagQueue: ({ broker, input }) => {
    const name = queueNameOfUrl(input);
    const keys = textList(input, 'TagKeys');
    const kept = Object.entries(broker.get(name).tags).filter(([key]) => !keys.includes(key));
    broker.setTags(name, Object.fromEntries(kept));
  },
  ListQueueTags: ({ broker, input }) => ({ Tags: broker.get(queueNameOfUrl(input)).tags }),
};

/** The same call again gives the same queue; with another value for an attribute it is refused. */
function createQueue({ broker, input, queueUrl }: OperationContext): object {
  const name = requiredText(input, 'QueueName');
  const attributes = textMap(input, 'Attributes');
  const existing = broker.find(name);
  if (existing === undefined) broker.create(name, attributes, textMap(input, 'tags'));
  else requireSameAttributes(existing, attributes);
  return { QueueUrl: queueUrl(name) };
}

function requireSameAttributes({ queue, attributes }: BrokerQueue, wanted: Readonly<Record<string, string>>): void {
  const present: Record<string, string> = { ...defaultAttributes(queue.settings.fifo), ...attributes };
  const other = Object.keys(wanted).find((name) => wanted[name] !== present[name]);
  if (other !== undefined) throw sqsErrors.queueNameExists(other);
}

function getQueueAttributes({ broker, input }: OperationContext): object {
  const found = broker.get(queueNameOfUrl(input));
  const all = shownAttributes(found, broker.arn(found.queue.name));
  const asked = textList(input, 'AttributeNames');
  if (asked.includes('All')) return { Attributes: all };
  const known = new Set([...Object.keys(all), 'RedrivePolicy', 'RedriveAllowPolicy', 'Policy', 'KmsMasterKeyId']);
  const stranger = asked.find((name) => !known.has(name));
  if (stranger !== undefined) throw sqsErrors.invalidAttributeName(stranger);
  return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => asked.includes(name))) };
}

function shownAttributes({ queue, attributes }: BrokerQueue, arn: string): Record<string, string> {
  return {
    ...defaultAttributes(queue.settings.fifo),
    ...attributes,
    QueueArn: arn,
    ApproximateNumberOfMessages: String(queue.counts.ready),
    ApproximateNumberOfMessagesNotVisible: String(queue.counts['in-flight']),
    ApproximateNumberOfMessagesDelayed: String(queue.counts.delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAtMs / 1_000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAtMs / 1_000)),
  };
}

/** A page of a list; the token of the next one is its offset. Without `MaxResults` AWS gives the first thousand and no token. */
function page(items: readonly string[], member: string, input: CallInput): object {
  const size = optionalNumber(input, 'MaxResults', 1, pageSizeMax);
  const start = Number(optionalText(input, 'NextToken') ?? 0);
  if (!Number.isInteger(start) || start < 0) throw sqsErrors.invalidParameter('Invalid or expired next token.');
  const end = start + (size ?? pageSizeMax);
  return {
    [member]: items.slice(start, end),
    ...(size !== undefined && end < items.length ? { NextToken: String(end) } : {}),
  };
}
