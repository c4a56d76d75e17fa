import {
  type DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { BoundedCache } from '../../core/cache/bounded-cache.ts';
import type { EventEnvelope } from '../../core/events/event.ts';
import { type EventSeen, eventRetentionSeconds, type StoredEvent } from '../../core/events/stored-event.ts';
import { cancellationReasons } from '../../core/storage/cancellation-reasons.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { addUsage, isActive, noUsage } from '../../core/usage/usage.ts';
import { usageOfEvent } from '../../core/usage/usage-of-event.ts';
import { usageUpdate } from '../../core/usage/usage-row.ts';
import { serialiseBody } from './webhook-body.ts';

/** An event that has its place in the session's sequence: just now, or since `seenAt` when it came before. */
export interface RecordedEvent {
  readonly envelope: EventEnvelope;
  readonly sequence: number;
  /** The webhook body as stored; of a repeat, the stored one may differ from what the repeat would give, so it is left to be read. */
  readonly body?: string;
  /** When it was accepted, if this is a repeat. */
  readonly seenAt?: string;
}

interface FreshEvent extends RecordedEvent {
  readonly body: string;
}

export interface EventRecorder {
  /**
   * Accepts events of one session in their order: each gets the next sequence and its body is stored, or is found to have come before.
   * At most `eventsPerRecordMax` of them.
   */
  record(envelopes: readonly EventEnvelope[]): Promise<RecordedEvent[]>;
}

export interface EventRecorderOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The `deliveries` table. */
  readonly tableName: string;
  /** Where the usage of accounts is counted: the `control` table. */
  readonly usageTableName: string;
  readonly now?: () => number;
}

/** Sessions whose last sequence one process remembers; a wrong guess costs one more round, never a wrong number. */
const rememberedSessionsMax = 10_000;
/** The FIFO group keeps a session's events apart, so a second round is rare and a third means that something else is wrong. */
const roundsMax = 5;
/** Two items an event and the counter must fit the 100 items, ten bodies at their cap the 4 MB, that DynamoDB takes in one transaction. */
export const eventsPerRecordMax = 10;

/**
 * Accepts events exactly once. One transaction writes for all of them that each was seen (if it was not) and the event itself under its
 * number, moves the session's counter (if it still is what we think), and counts what they say was used. So a sequence has no holes
 * and no doubles, and usage is what was sent and received, whatever is killed when; and a busy session costs one transaction for ten
 * events.
 *
 * @example const [recorded] = await createEventRecorder({ dynamodb, tableName, usageTableName }).record([envelope]);
 */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const context = { ...options, now: options.now ?? Date.now };
  const lastSequences = new BoundedCache<string, number>({ entriesMax: rememberedSessionsMax });
  return {
    record: async (envelopes) => {
      const [first] = envelopes;
      if (first === undefined) return [];
      if (envelopes.length > eventsPerRecordMax) throw new RangeError(`More than ${eventsPerRecordMax} events.`);
      const session = `${first.tenantId}/${first.sessionId}`;
      const seen: RecordedEvent[] = [];
      let fresh = withoutRepeats(envelopes);
      for (let round = 0; round < roundsMax; round++) {
        if (fresh.length === 0) return inOrder(envelopes, seen);
        const last = lastSequences.get(session) ?? (await readLastSequence(context, first));
        const events = fresh.map((envelope, index) => numbered(envelope, last + 1 + index));
        const outcome = await tryRecord(context, events, last);
        if (outcome.kind === 'accepted') {
          lastSequences.set(session, last + events.length);
          return inOrder(envelopes, [...seen, ...events]);
        }
        if (outcome.kind === 'moved') lastSequences.delete(session);
        seen.push(...(await Promise.all(outcome.repeats.map((envelope) => readSeen(context, envelope)))));
        fresh = fresh.filter((envelope) => !outcome.repeats.includes(envelope));
      }
      throw new Error('The sequence of the session kept moving.');
    },
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

type Outcome =
  | { readonly kind: 'accepted' }
  /** Nothing was written: these events were accepted before. */
  | { readonly kind: 'repeats'; readonly repeats: readonly EventEnvelope[] }
  /** Nothing was written: another instance moved the counter. */
  | { readonly kind: 'moved'; readonly repeats: readonly EventEnvelope[] };

async function tryRecord(context: Context, events: readonly FreshEvent[], last: number): Promise<Outcome> {
  try {
    await context.dynamodb.send(new TransactWriteCommand({ TransactItems: recordItems(context, events, last) }));
    return { kind: 'accepted' };
  } catch (error) {
    const codes = cancellationReasons(error)?.map((reason) => reason.Code);
    if (codes === undefined) throw error;
    // The counter is the first item, then two for each event, the first of which says whether it was seen.
    const repeats = events
      .filter((_, index) => codes[1 + 2 * index] === 'ConditionalCheckFailed')
      .map(({ envelope }) => envelope);
    const isRace = codes.some((code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict');
    if (!isRace) throw error;
    return { kind: repeats.length > 0 && codes[0] !== 'ConditionalCheckFailed' ? 'repeats' : 'moved', repeats };
  }
}

function recordItems(
  { tableName, usageTableName, now }: Context,
  events: readonly FreshEvent[],
  last: number,
): NonNullable<TransactWriteCommandInput['TransactItems']> {
  const createdAt = new Date(now()).toISOString();
  const expiresAtSeconds = Math.floor(now() / 1_000) + eventRetentionSeconds;
  const notThere = 'attribute_not_exists(pk)';
  const put = (Item: Record<string, unknown>) => ({
    Put: { TableName: tableName, Item, ConditionExpression: notThere },
  });
  const rows = events.flatMap(({ envelope, sequence, body }) => {
    const { tenantId, sessionId, id: eventId, type: eventType } = envelope;
    const seen: EventSeen = { sessionId, sequence, createdAt, expiresAtSeconds };
    const stored: StoredEvent = {
      tenantId,
      sessionId,
      sequence,
      eventId,
      eventType,
      body,
      createdAt,
      expiresAtSeconds,
    };
    return [
      put({ ...tableKeys.eventSeen(tenantId, eventId), ...seen }),
      put({ ...tableKeys.event(tenantId, sessionId, sequence), ...stored }),
    ];
  });
  return [counterItem(tableName, events, { last, notThere }), ...rows, ...usageItems(usageTableName, events, now())];
}

function counterItem(
  tableName: string,
  events: readonly FreshEvent[],
  { last, notThere }: { readonly last: number; readonly notThere: string },
) {
  const { tenantId = '', sessionId = '' } = events[0]?.envelope ?? {};
  return {
    Update: {
      TableName: tableName,
      Key: tableKeys.sequence(tenantId, sessionId),
      UpdateExpression: 'SET lastSequence = :next',
      ConditionExpression: last === 0 ? notThere : 'lastSequence = :last',
      ExpressionAttributeValues: { ':next': last + events.length, ...(last > 0 && { ':last': last }) },
    },
  };
}

/** Last of the items, so that the others keep their places; none when the events are of no use to the plan. */
function usageItems(
  usageTableName: string,
  events: readonly FreshEvent[],
  atMs: number,
): NonNullable<TransactWriteCommandInput['TransactItems']> {
  const [first] = events;
  const counts = events.reduce(
    (sum, { envelope }) => addUsage(sum, { ...noUsage, ...usageOfEvent(envelope) }),
    noUsage,
  );
  if (first === undefined || !isActive(counts)) return [];
  const { tenantId, sessionId } = first.envelope;
  return [{ Update: usageUpdate(usageTableName, { tenantId, sessionId, counts, atMs }) }];
}

function numbered(envelope: EventEnvelope, sequence: number): FreshEvent {
  return { envelope, sequence, body: serialiseBody(envelope, sequence) };
}

/** The same event twice in one batch would refuse the transaction; the second is the first. */
function withoutRepeats(envelopes: readonly EventEnvelope[]): EventEnvelope[] {
  return [...new Map(envelopes.map((envelope) => [envelope.id, envelope])).values()];
}

function inOrder(envelopes: readonly EventEnvelope[], recorded: readonly RecordedEvent[]): RecordedEvent[] {
  const byId = new Map(recorded.map((event) => [event.envelope.id, event]));
  return withoutRepeats(envelopes).flatMap((envelope) => byId.get(envelope.id) ?? []);
}

async function readSeen(context: Context, envelope: EventEnvelope): Promise<RecordedEvent> {
  const { tenantId, id } = envelope;
  const { Item } = await context.dynamodb.send(
    new GetCommand({ TableName: context.tableName, Key: tableKeys.eventSeen(tenantId, id), ConsistentRead: true }),
  );
  if (Item === undefined) throw new Error('The record of a seen event is gone.');
  const { sequence, createdAt } = Item as EventSeen;
  return { envelope, sequence, seenAt: createdAt };
}
