import {
  type DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { BoundedCache } from '../../core/cache/bounded-cache.ts';
import type { EventEnvelope } from '../../core/events/event.ts';
import { type EventSeen, eventRetentionSeconds, type StoredEvent } from '../../core/events/stored-event.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { serialiseBody } from './webhook-body.ts';

/** What has become of an event that was handed in. */
export type RecordedEvent =
  | { readonly kind: 'new'; readonly sequence: number }
  /** It was accepted before, but its fan-out never ended. */
  | { readonly kind: 'interrupted'; readonly sequence: number }
  /** It was accepted and fanned out before. */
  | { readonly kind: 'finished'; readonly sequence: number };

export interface EventRecorder {
  /** Accepts an event: gives it the next sequence of its session and stores its body, or finds that this happened before. */
  record(envelope: EventEnvelope): Promise<RecordedEvent>;
  markFannedOut(envelope: EventEnvelope): Promise<void>;
}

export interface EventRecorderOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The `deliveries` table. */
  readonly tableName: string;
  readonly now?: () => number;
}

/** Sessions whose last sequence one process remembers; a wrong guess costs one more round, never a wrong number. */
const rememberedSessionsMax = 10_000;
/** The FIFO group keeps a session's events apart, so a second round is rare and a third means that something else is wrong. */
const roundsMax = 5;

/**
 * Accepts events exactly once. One transaction writes three rows: that the event was seen (if it was not), the session's counter
 * (if it still is what we think), and the event itself under the new number. So a sequence has no holes and no doubles, whatever is
 * killed when.
 *
 * @example const recorded = await createEventRecorder({ dynamodb, tableName }).record(envelope);
 */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const context = { ...options, now: options.now ?? Date.now };
  const lastSequences = new BoundedCache<string, number>({ entriesMax: rememberedSessionsMax });
  return {
    record: async (envelope) => {
      const session = `${envelope.tenantId}/${envelope.sessionId}`;
      for (let round = 0; round < roundsMax; round++) {
        const last = lastSequences.get(session) ?? (await readLastSequence(context, envelope));
        const outcome = await tryRecord(context, envelope, last);
        if (outcome === 'accepted') {
          lastSequences.set(session, last + 1);
          return { kind: 'new', sequence: last + 1 };
        }
        if (outcome === 'seen') return readSeen(context, envelope);
        lastSequences.delete(session);
      }
      throw new Error('The sequence of the session kept moving.');
    },
    markFannedOut: (envelope) => markFannedOut(context, envelope),
  };
}

type Context = Required<EventRecorderOptions>;

async function readLastSequence(context: Context, { tenantId, sessionId }: EventEnvelope): Promise<number> {
  const { Item } = await context.dynamodb.send(
    new GetCommand({
      TableName: context.tableName,
      Key: tableKeys.sequence(tenantId, sessionId),
      ConsistentRead: true,
    }),
  );
  return (Item?.lastSequence as number | undefined) ?? 0;
}

async function tryRecord(
  context: Context,
  envelope: EventEnvelope,
  last: number,
): Promise<'accepted' | 'seen' | 'moved'> {
  try {
    await context.dynamodb.send(new TransactWriteCommand({ TransactItems: recordItems(context, envelope, last) }));
    return 'accepted';
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') throw error;
    const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
    const codes = reasons.map((reason) => reason.Code);
    if (codes[0] === 'ConditionalCheckFailed') return 'seen';
    const isRace = codes.some((code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict');
    if (!isRace) throw error;
    return 'moved';
  }
}

function recordItems(
  { tableName, now }: Context,
  envelope: EventEnvelope,
  last: number,
): TransactWriteCommandInput['TransactItems'] {
  const { tenantId, sessionId, id: eventId, type: eventType } = envelope;
  const sequence = last + 1;
  const createdAt = new Date(now()).toISOString();
  const expiresAtSeconds = Math.floor(now() / 1_000) + eventRetentionSeconds;
  const seen: EventSeen = { sessionId, sequence, createdAt, expiresAtSeconds };
  const body = serialiseBody(envelope, sequence);
  const stored: StoredEvent = { tenantId, sessionId, sequence, eventId, eventType, body, createdAt, expiresAtSeconds };
  const notThere = 'attribute_not_exists(pk)';
  return [
    {
      Put: {
        TableName: tableName,
        Item: { ...tableKeys.eventSeen(tenantId, eventId), ...seen },
        ConditionExpression: notThere,
      },
    },
    {
      Update: {
        TableName: tableName,
        Key: tableKeys.sequence(tenantId, sessionId),
        UpdateExpression: 'SET lastSequence = :next',
        ConditionExpression: last === 0 ? notThere : 'lastSequence = :last',
        ExpressionAttributeValues: { ':next': sequence, ...(last > 0 && { ':last': last }) },
      },
    },
    {
      Put: {
        TableName: tableName,
        Item: { ...tableKeys.event(tenantId, sessionId, sequence), ...stored },
        ConditionExpression: notThere,
      },
    },
  ];
}

async function readSeen(context: Context, { tenantId, id }: EventEnvelope): Promise<RecordedEvent> {
  const { Item } = await context.dynamodb.send(
    new GetCommand({ TableName: context.tableName, Key: tableKeys.eventSeen(tenantId, id), ConsistentRead: true }),
  );
  if (Item === undefined) throw new Error('The record of a seen event is gone.');
  const seen = Item as EventSeen;
  return { kind: seen.fannedOutAt === undefined ? 'interrupted' : 'finished', sequence: seen.sequence };
}

async function markFannedOut(context: Context, { tenantId, id }: EventEnvelope): Promise<void> {
  await context.dynamodb.send(
    new UpdateCommand({
      TableName: context.tableName,
      Key: tableKeys.eventSeen(tenantId, id),
      UpdateExpression: 'SET fannedOutAt = :at',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':at': new Date(context.now()).toISOString() },
    }),
  );
}
