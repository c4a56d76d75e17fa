import { sqsErrors } from '../sqs-errors.ts';

/** Attributes of a queue as the API writes them: all strings. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** The same, as the queue works with them. */
export interface QueueSettings {
  readonly fifo: boolean;
  readonly delayMs: number;
  readonly visibilityMs: number;
  readonly waitMs: number;
  readonly retentionMs: number;
  readonly messageBytesMax: number;
  readonly contentBasedDeduplication: boolean;
  readonly deduplicationPerGroup: boolean;
  readonly redrive: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number } | undefined;
}

/** Allowed range and default of each number, in the unit of the API. */
const numbers: Readonly<Record<string, { min: number; max: number; default: number }>> = {
  DelaySeconds: { min: 0, max: 900, default: 0 },
  VisibilityTimeout: { min: 0, max: 43_200, default: 30 },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20, default: 0 },
  MessageRetentionPeriod: { min: 60, max: 1_209_600, default: 345_600 },
  MaximumMessageSize: { min: 1_024, max: 1_048_576, default: 262_144 },
  KmsDataKeyReusePeriodSeconds: { min: 60, max: 86_400, default: 300 },
};

const allowedValues: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ['true', 'false'],
  ContentBasedDeduplication: ['true', 'false'],
  SqsManagedSseEnabled: ['true', 'false'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

const fifoOnly = ['ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'];
/** Kept and given back, without effect on one machine. */
const keptOnly = ['KmsMasterKeyId'];
const documents = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy'];

/** Attributes that every queue shows although nobody set them. */
export function defaultAttributes(fifo: boolean): QueueAttributes {
  const shown = Object.entries(numbers).filter(([name]) => !name.startsWith('Kms'));
  return {
    ...Object.fromEntries(shown.map(([name, range]) => [name, String(range.default)])),
    SqsManagedSseEnabled: 'true',
    ...(fifo
      ? {
          FifoQueue: 'true',
          ContentBasedDeduplication: 'false',
          DeduplicationScope: 'queue',
          FifoThroughputLimit: 'perQueue',
        }
      : {}),
  };
}

/**
 * Checks attributes as CreateQueue and SetQueueAttributes do. Throws `InvalidAttributeName` or `InvalidAttributeValue`, each naming the attribute.
 */
export function checkAttributes(attributes: QueueAttributes, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    const known = name in numbers || name in allowedValues || keptOnly.includes(name) || documents.includes(name);
    if (!known || (!fifo && fifoOnly.includes(name))) throw sqsErrors.invalidAttributeName(name);
    if (!isAllowed(name, value)) throw sqsErrors.invalidAttributeValue(name);
  }
  if (attributes.FifoQueue !== undefined && (attributes.FifoQueue === 'true') !== fifo) {
    throw sqsErrors.invalidAttributeValue('FifoQueue');
  }
}

function isAllowed(name: string, value: string): boolean {
  const range = numbers[name];
  if (range !== undefined) return /^\d+$/.test(value) && Number(value) >= range.min && Number(value) <= range.max;
  if (name === 'RedrivePolicy') return value === '' || parseRedrivePolicy(value) !== undefined;
  if (documents.includes(name)) return value === '' || parseObject(value) !== undefined;
  return allowedValues[name]?.includes(value) ?? true;
}

/** @example settingsOf({ VisibilityTimeout: '60' }, false).visibilityMs // 60_000 */
export function settingsOf(attributes: QueueAttributes, fifo: boolean): QueueSettings {
  const all = { ...defaultAttributes(fifo), ...attributes };
  const milliseconds = (name: string): number => Number(all[name]) * 1_000;
  return {
    fifo,
    delayMs: milliseconds('DelaySeconds'),
    visibilityMs: milliseconds('VisibilityTimeout'),
    waitMs: milliseconds('ReceiveMessageWaitTimeSeconds'),
    retentionMs: milliseconds('MessageRetentionPeriod'),
    messageBytesMax: Number(all.MaximumMessageSize),
    contentBasedDeduplication: all.ContentBasedDeduplication === 'true',
    deduplicationPerGroup: all.DeduplicationScope === 'messageGroup',
    redrive: parseRedrivePolicy(all.RedrivePolicy ?? ''),
  };
}

function parseRedrivePolicy(text: string): QueueSettings['redrive'] {
  const policy = parseObject(text);
  const deadLetterTargetArn = policy?.deadLetterTargetArn;
  // Both 5 and "5" are seen in the wild, and AWS takes both.
  const maxReceiveCount = Number(policy?.maxReceiveCount);
  if (typeof deadLetterTargetArn !== 'string' || !Number.isInteger(maxReceiveCount)) return undefined;
  return maxReceiveCount >= 1 && maxReceiveCount <= 1_000 ? { deadLetterTargetArn, maxReceiveCount } : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Not JSON: the caller reports the attribute as invalid.
    return undefined;
  }
}
