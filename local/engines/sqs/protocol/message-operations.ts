import { messageBytes } from '../check-send.ts';
import { changeMessageVisibility, deleteMessage, sendMessage, visibilitySecondsMax } from '../message-actions.ts';
import { attributesDigest, bodyDigest } from '../message-digest.ts';
import { receiveMessages } from '../receive-messages.ts';
import { sequenceNumber } from '../received-message.ts';
import type { ReceivedMessage, SendInput } from '../sqs-engine.ts';
import { sqsErrors } from '../sqs-errors.ts';
import { runBatch } from './batch.ts';
import {
  attributeMap,
  type CallInput,
  optionalNumber,
  optionalText,
  queueNameOfUrl,
  requiredText,
  textList,
} from './call-input.ts';
import type { Operation, OperationContext } from './operation.ts';

/** The sum of all messages of a batch. */
const batchBytesMax = 1_048_576;
const waitSecondsMax = 20;

/** Sending, receiving, deleting and hiding messages. */
export const messageOperations: Readonly<Record<string, Operation>> = {
  SendMessage: (context) => sendOne(context, context.input),
  SendMessageBatch: (context) =>
    runBatch(
      context.input,
      (entry) => sendOne(context, entry),
      (entries) => {
        const bytes = entries.reduce((sum, entry) => sum + messageBytes(sendInput(entry, context.accessKeyId)), 0);
        if (bytes > batchBytesMax) throw sqsErrors.batchRequestTooLong(batchBytesMax);
      },
    ),
  ReceiveMessage: receive,
  DeleteMessage: (context) => deleteOne(context, context.input),
  DeleteMessageBatch: (context) => runBatch(context.input, (entry) => deleteOne(context, entry)),
  ChangeMessageVisibility: (context) => changeOne(context, context.input),
  ChangeMessageVisibilityBatch: (context) => runBatch(context.input, (entry) => changeOne(context, entry)),
};

function sendOne({ broker, input, accessKeyId }: OperationContext, entry: CallInput): object {
  const send = sendInput(entry, accessKeyId);
  const name = queueNameOfUrl(input);
  const { id, sequence } = sendMessage(broker, name, send);
  const systemDigest = attributesDigest(attributeMap(entry, 'MessageSystemAttributes'));
  const digest = attributesDigest(send.attributes);
  return {
    MessageId: id,
    MD5OfMessageBody: bodyDigest(send.body),
    ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest }),
    ...(systemDigest === undefined ? {} : { MD5OfMessageSystemAttributes: systemDigest }),
    ...(broker.get(name).queue.settings.fifo ? { SequenceNumber: sequenceNumber(sequence) } : {}),
  };
}

function sendInput(entry: CallInput, senderId: string): SendInput {
  return {
    body: requiredText(entry, 'MessageBody'),
    groupId: optionalText(entry, 'MessageGroupId'),
    deduplicationId: optionalText(entry, 'MessageDeduplicationId'),
    delaySeconds: entry.DelaySeconds === undefined ? undefined : Number(entry.DelaySeconds),
    attributes: attributeMap(entry, 'MessageAttributes'),
    traceHeader: attributeMap(entry, 'MessageSystemAttributes')?.AWSTraceHeader?.StringValue,
    senderId: senderId === '' ? 'anonymous' : senderId,
  };
}

async function receive({ broker, input, signal }: OperationContext): Promise<object> {
  const waitSeconds = optionalNumber(input, 'WaitTimeSeconds', 0, waitSecondsMax);
  const received = await receiveMessages(broker, queueNameOfUrl(input), {
    max: optionalNumber(input, 'MaxNumberOfMessages', 1, 10),
    waitMs: waitSeconds === undefined ? undefined : waitSeconds * 1_000,
    visibilityTimeoutSeconds: optionalNumber(input, 'VisibilityTimeout', 0, visibilitySecondsMax),
    signal,
  });
  if (received.length === 0) return {};
  const system = [...textList(input, 'AttributeNames'), ...textList(input, 'MessageSystemAttributeNames')];
  const custom = textList(input, 'MessageAttributeNames');
  return { Messages: received.map((message) => messageOutput(message, system, custom)) };
}

function messageOutput(message: ReceivedMessage, system: readonly string[], custom: readonly string[]): object {
  const attributes = pick(message.systemAttributes, (name) => system.includes('All') || system.includes(name));
  const messageAttributes = pick(message.messageAttributes, (name) => isAsked(name, custom));
  const digest = attributesDigest(messageAttributes);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: bodyDigest(message.body),
    ...(Object.keys(attributes).length === 0 ? {} : { Attributes: attributes }),
    ...(digest === undefined ? {} : { MessageAttributes: messageAttributes, MD5OfMessageAttributes: digest }),
  };
}

/** `All` and `.*` mean every attribute, `prefix.*` those that begin so. */
function isAsked(name: string, asked: readonly string[]): boolean {
  return asked.some(
    (pattern) =>
      pattern === 'All' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2))),
  );
}

function pick<Value>(
  record: Readonly<Record<string, Value>>,
  isPicked: (name: string) => boolean,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => isPicked(name)));
}

function deleteOne({ broker, input }: OperationContext, entry: CallInput): object {
  deleteMessage(broker, queueNameOfUrl(input), entry.ReceiptHandle);
  return {};
}

function changeOne({ broker, input }: OperationContext, entry: CallInput): object {
  changeMessageVisibility(broker, queueNameOfUrl(input), entry.ReceiptHandle, entry.VisibilityTimeout);
  return {};
}
