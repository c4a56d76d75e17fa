import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod/mini';
import type { StoredEvent } from '../../core/events/stored-event.ts';
import type { Table } from '../../core/storage/table.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { type Pauses, waitUntil } from '../shared/wait-until.ts';
import type { eventsQuery } from './event-schemas.ts';

export interface EventsRequest {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly query: z.output<typeof eventsQuery>;
}

export interface EventsPage {
  /** Texts of JSON: the very bytes that are signed and sent. */
  readonly bodies: readonly string[];
  /** Of the last of them. */
  readonly lastSequence: number;
  readonly hasMore: boolean;
}

/** A function may answer 6 MB, and an event has 200 kB at most. */
const answerBytesMax = 4_000_000;

/**
 * Events of a session after a sequence, in their order. With `wait`, an empty page waits for the next event. A sequence that is missing
 * between two events has expired: events are kept for 30 days.
 */
export async function readEvents(request: EventsRequest, table: Table, clock: Pauses): Promise<EventsPage> {
  const { after, wait } = request.query;
  const page = await waitUntil(
    async () => {
      const found = await queryEvents(request, table, clock.now());
      return found.bodies.length > 0 ? found : undefined;
    },
    { milliseconds: wait * 1_000, ...clock },
  );
  return page ?? { bodies: [], lastSequence: after, hasMore: false };
}

async function queryEvents({ tenantId, sessionId, query }: EventsRequest, table: Table, nowMs: number) {
  const { after, limit } = query;
  const found: StoredEvent[] = [];
  let bytes = 0;
  let from: Record<string, unknown> | undefined = { ...tableKeys.event(tenantId, sessionId, after) };
  do {
    const answer: QueryCommandOutput = await table.dynamodb.send(
      eventsCommand(table.tableName, { tenantId, sessionId, limit, from, nowMs }),
    );
    for (const event of (answer.Items ?? []) as unknown as StoredEvent[]) {
      bytes += Buffer.byteLength(event.body);
      if (found.length === limit || (bytes > answerBytesMax && found.length > 0)) return pageOf(found, true);
      found.push(event);
    }
    from = answer.LastEvaluatedKey;
  } while (from !== undefined);
  return pageOf(found, false);
}

function pageOf(found: readonly StoredEvent[], hasMore: boolean): EventsPage {
  return { bodies: found.map(({ body }) => body), lastSequence: found.at(-1)?.sequence ?? 0, hasMore };
}

function eventsCommand(
  tableName: string,
  page: {
    readonly tenantId: string;
    readonly sessionId: string;
    readonly limit: number;
    readonly from: Record<string, unknown> | undefined;
    readonly nowMs: number;
  },
): QueryCommand {
  const { pk, sk } = tableKeys.event(page.tenantId, page.sessionId, 0);
  return new QueryCommand({
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    FilterExpression: 'expiresAtSeconds > :now',
    ProjectionExpression: '#sequence, body',
    ExpressionAttributeNames: { '#sequence': 'sequence' },
    ExpressionAttributeValues: {
      ':pk': pk,
      ':sk': sk.slice(0, sk.indexOf('#') + 1),
      ':now': Math.floor(page.nowMs / 1_000),
    },
    ExclusiveStartKey: page.from,
    // One more than wanted tells whether there are more.
    Limit: page.limit + 1,
    ConsistentRead: true,
  });
}

/**
 * The answer as text: bodies stand in it as they are stored, because JSON that is read and written again has other bytes, and other
 * numbers beyond 2^53.
 */
export function eventsAnswer({ bodies, lastSequence, hasMore }: EventsPage): string {
  const pagination = JSON.stringify({ nextCursor: hasMore ? String(lastSequence) : null, hasMore });
  return `{"success":true,"data":[${bodies.join(',')}],"pagination":${pagination}}`;
}
