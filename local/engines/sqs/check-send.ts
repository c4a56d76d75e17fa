import { createHash } from 'node:crypto';
import type { SendInput } from './sqs-engine.ts';
import { sqsErrors } from './sqs-errors.ts';
import type { MessageAttribute } from './structure/queue-message.ts';
import type { QueueSettings } from './structure/queue-settings.ts';

const delaySecondsMax = 900;
const attributesMax = 10;
const identifierPattern = /^[\x21-\x7e]{1,128}$/;
const attributeNamePattern = /^(?!aws\.|amazon\.)[A-Za-z0-9_-][A-Za-z0-9_.-]{0,255}$/i;
const dataTypePattern = /^(String|Number|Binary)(\..+)?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML's character set, which SQS allows, has three of them.
const allowedText = /^[\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** A send that passed all checks, with what the queue adds to it. */
export interface CheckedSend {
  readonly delayMs: number;
  readonly deduplicationId: string | undefined;
  /** Key in the deduplication window; `undefined` on standard queues. */
  readonly deduplicationKey: string | undefined;
}

/** Checks one message against the rules of SQS and the settings of its queue; throws what AWS throws. */
export function checkSend(input: SendInput, settings: QueueSettings): CheckedSend {
  if (input.body.length === 0) throw sqsErrors.missingParameter('MessageBody');
  if (!allowedText.test(input.body)) throw sqsErrors.invalidMessageContents();
  checkAttributes(input.attributes ?? {});
  if (messageBytes(input) > settings.messageBytesMax) {
    throw sqsErrors.invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${settings.messageBytesMax} bytes.`,
    );
  }
  checkIdentifier('MessageGroupId', input.groupId);
  checkIdentifier('MessageDeduplicationId', input.deduplicationId);
  const delayMs = checkDelay(input.delaySeconds, settings);
  if (!settings.fifo) {
    if (input.deduplicationId === undefined)
      return { delayMs, deduplicationId: undefined, deduplicationKey: undefined };
    throw sqsErrors.invalidParameter(
      'The request includes a parameter that is not valid for this queue type: MessageDeduplicationId.',
    );
  }
  if (input.groupId === undefined) throw sqsErrors.missingParameter('MessageGroupId');
  const deduplicationId = input.deduplicationId ?? deduplicationIdFromContent(input.body, settings);
  // Neither part can hold a space.
  const deduplicationKey = settings.deduplicationPerGroup ? `${input.groupId} ${deduplicationId}` : deduplicationId;
  return { delayMs, deduplicationId, deduplicationKey };
}

/** Size of a message as SQS counts it: body, and names, types and values of attributes. */
export function messageBytes(input: Pick<SendInput, 'body' | 'attributes'>): number {
  let bytes = Buffer.byteLength(input.body);
  for (const [name, attribute] of Object.entries(input.attributes ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType);
    bytes += Buffer.byteLength(attribute.StringValue ?? '');
    bytes += Buffer.byteLength(attribute.BinaryValue ?? '', 'base64');
  }
  return bytes;
}

function checkDelay(delaySeconds: number | undefined, settings: QueueSettings): number {
  if (delaySeconds === undefined) return settings.delayMs;
  if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > delaySecondsMax) {
    throw sqsErrors.invalidParameter(
      `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${delaySecondsMax}.`,
    );
  }
  // SDKs that fill in a default send 0 on FIFO queues, which AWS lets pass.
  if (settings.fifo && delaySeconds > 0) {
    throw sqsErrors.invalidParameter(
      `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
  return settings.fifo ? settings.delayMs : delaySeconds * 1_000;
}

function deduplicationIdFromContent(body: string, settings: QueueSettings): string {
  if (settings.contentBasedDeduplication) return createHash('sha256').update(body).digest('hex');
  throw sqsErrors.invalidParameter(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

function checkIdentifier(name: string, value: string | undefined): void {
  if (value === undefined || identifierPattern.test(value)) return;
  throw sqsErrors.invalidParameter(
    `Value ${value} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

function checkAttributes(attributes: Readonly<Record<string, MessageAttribute>>): void {
  const entries = Object.entries(attributes);
  if (entries.length > attributesMax) {
    throw sqsErrors.invalidParameter(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${attributesMax}].`,
    );
  }
  for (const [name, attribute] of entries) {
    const reason = attributeFault(name, attribute);
    if (reason !== undefined) throw sqsErrors.invalidParameter(reason);
  }
}

function attributeFault(name: string, attribute: MessageAttribute): string | undefined {
  if (!attributeNamePattern.test(name)) return `The message attribute name '${name}' is invalid.`;
  if (!dataTypePattern.test(attribute.DataType ?? '')) {
    return `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`;
  }
  const value = attribute.DataType.startsWith('Binary') ? attribute.BinaryValue : attribute.StringValue;
  if (value === undefined || value === '') {
    return `The message attribute '${name}' must contain a non-empty message attribute value.`;
  }
  if (!attribute.DataType.startsWith('Number') || Number.isFinite(Number(value))) return undefined;
  return `Could not cast message attribute '${name}' value to number.`;
}
