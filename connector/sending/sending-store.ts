import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Message } from '../../core/messages/message.ts';
import type { BudgetLimits, SendingHold, UsedBudget, Waiting } from '../../core/sending/index.ts';
import { queryAll } from '../../core/storage/query-all.ts';
import { runTransaction } from '../../core/storage/run-transaction.ts';
import type { Table } from '../../core/storage/table.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline } from '../storage/deadline.ts';
import type { SessionName } from '../storage/session-state.ts';

/** A message that waits. Its row in the table names it and gives its place; what it says lies in the message's own row. */
export interface ParkedSend {
  readonly messageId: string;
  /** The order of the waiting. */
  readonly position: string;
  /** Every address of the person or group that it goes to. */
  readonly addresses: readonly string[];
  readonly isNewChat: boolean;
  readonly waiting: Waiting;
  readonly expiresAtSeconds: number;
}

/** What of a message is counted. */
export interface Counted {
  readonly day: string;
  readonly isNewChat: boolean;
  readonly limits: BudgetLimits;
}

export interface SendingStore {
  /** All that waits in a session, in order, and why. */
  load(name: SessionName): Promise<{ readonly hold: SendingHold | undefined; readonly parked: readonly ParkedSend[] }>;
  /** Safe to repeat. */
  putParked(name: SessionName, parked: ParkedSend): Promise<void>;
  deleteParked(name: SessionName, parked: ParkedSend): Promise<void>;
  putHold(name: SessionName, hold: SendingHold): Promise<void>;
  deleteHold(name: SessionName): Promise<void>;
  /** Counts a message against the limits of its day, once for each day; resolves to what was used by then when a limit forbids it. */
  count(message: Message, counted: Counted): Promise<UsedBudget | undefined>;
}

/** Rows of a day are read on that day alone; two more leave time to look at them. */
const daySeconds = 3 * 86_400;
/** A hold that nobody ended, of a session that is not used any more. */
const holdSeconds = 90 * 86_400;

/** @example const { hold, parked } = await createSendingStore({ dynamodb, tableName }).load(name) */
export function createSendingStore(table: Table): SendingStore {
  const { dynamodb, tableName: TableName } = table;
  const put = async (Item: Record<string, unknown>) => {
    await dynamodb.send(new PutCommand({ TableName, Item }), deadline());
  };
  const remove = async (Key: Record<string, string>) => {
    await dynamodb.send(new DeleteCommand({ TableName, Key }), deadline());
  };
  const parkedKey = ({ tenantId, sessionId }: SessionName, { position }: ParkedSend) =>
    tableKeys.parkedSend(tenantId, sessionId, position);
  return {
    load: (name) => load(table, name),
    putParked: (name, parked) => put({ ...parkedKey(name, parked), ...parked }),
    deleteParked: (name, parked) => remove(parkedKey(name, parked)),
    putHold: ({ tenantId, sessionId }, hold) => {
      const expiresAtSeconds = Math.floor(Date.parse(hold.retryAt) / 1_000) + holdSeconds;
      return put({ ...tableKeys.sendingHold(tenantId, sessionId), ...hold, expiresAtSeconds });
    },
    deleteHold: ({ tenantId, sessionId }) => remove(tableKeys.sendingHold(tenantId, sessionId)),
    count: (message, counted) => count(table, message, counted),
  };
}

/** Counters of days sort before the hold and the waiting, and are not read here. */
async function load(table: Table, { tenantId, sessionId }: SessionName) {
  const { pk, sk: from } = tableKeys.sendingHold(tenantId, sessionId);
  const rows = await queryAll<Record<string, unknown>>(table, pk, { from, callOptions: deadline });
  const parked: ParkedSend[] = [];
  let hold: SendingHold | undefined;
  for (const row of rows) {
    if (row.sk === from) hold = { since: row.since, until: row.until, retryAt: row.retryAt } as SendingHold;
    else parked.push(row as unknown as ParkedSend);
  }
  return { hold, parked };
}

/** Counter and message in one transaction: a repeat after a crash finds the message counted. */
async function count(
  { dynamodb, tableName }: Table,
  { tenantId, sessionId, messageId }: Message,
  { day, isNewChat, limits }: Counted,
): Promise<UsedBudget | undefined> {
  const counters = [
    { name: 'newChats', limit: limits.newChats, isUsed: isNewChat },
    { name: 'messages', limit: limits.messages, isUsed: limits.messages !== null },
  ].filter(({ isUsed }) => isUsed);
  if (counters.length === 0) return undefined;
  const limited = counters.filter(({ limit }) => limit !== null);
  const refusal = await runTransaction(dynamodb, [
    {
      Update: {
        TableName: tableName,
        Key: tableKeys.sendingDay(tenantId, sessionId, day),
        UpdateExpression: `SET expiresAtSeconds = :expires ADD ${counters.map(({ name }) => `${name} :one`).join(', ')}`,
        ...(limited.length === 0
          ? {}
          : {
              ConditionExpression: limited
                .map(({ name }) => `(attribute_not_exists(${name}) OR ${name} < :${name}Max)`)
                .join(' AND '),
            }),
        ExpressionAttributeValues: {
          ':one': 1,
          ':expires': Math.floor(Date.parse(day) / 1_000) + daySeconds,
          ...Object.fromEntries(limited.map(({ name, limit }) => [`:${name}Max`, limit])),
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
    {
      Update: {
        TableName: tableName,
        Key: tableKeys.message(tenantId, sessionId, messageId),
        UpdateExpression: 'SET countedDay = :day',
        ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(countedDay) OR countedDay <> :day)',
        ExpressionAttributeValues: { ':day': day },
      },
    },
  ]);
  if (refusal?.index !== 0) return undefined;
  const { newChats = 0, messages = 0 } = (refusal.item ?? {}) as Partial<UsedBudget>;
  return { newChats, messages };
}
