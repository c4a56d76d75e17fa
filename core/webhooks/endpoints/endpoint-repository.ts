import { randomUUID } from 'node:crypto';
import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from '../../storage/condition-failed.ts';
import { refusedItem } from '../../storage/refused-item.ts';
import type { Table } from '../../storage/table.ts';
import { tableKeys } from '../../storage/table-keys.ts';
import { type CallResult, type EndpointHealth, ringEntry, slotsAt } from './endpoint-health.ts';
import type { EndpointLimits } from './endpoint-limits.ts';

export interface EndpointPlace {
  readonly tenantId: string;
  readonly webhookId: string;
}

/** Leave to make calls. */
export interface Admission {
  /** Entries of `leases`; for a probe its id. */
  readonly leases: readonly string[];
  /** Numbers of the calls. */
  readonly calls: readonly number[];
  readonly isProbe: boolean;
  readonly health: EndpointHealth;
}

export type EnterResult =
  | { readonly kind: 'admitted'; readonly admission: Admission }
  /** The row as it is. */
  | { readonly kind: 'refused'; readonly health: EndpointHealth };

export interface EnterRequest {
  readonly slots: number;
  readonly inFlightMax: number;
}

export interface EndpointRepository {
  /** Takes slots: all that were asked for, or none. Refused while the breaker is open. */
  enter(place: EndpointPlace, request: EnterRequest): Promise<EnterResult>;
  /** Takes the one call that an open breaker allows when its time is over. */
  probe(place: EndpointPlace): Promise<EnterResult>;
  /** Books replays at their rate: gives the moment of the first; the others follow one by one. */
  bookReplays(place: EndpointPlace, replays: number): Promise<number>;
  /** Takes void slots away from workers that are dead. */
  clearLeases(place: EndpointPlace, leases: readonly string[]): Promise<void>;
  /**
   * Gives slots back with what the calls showed; calls that were not made are not among the results. A probe is given back by the
   * change that follows from it, so that nobody can probe in between.
   */
  leave(place: EndpointPlace, admission: Admission, results: readonly CallResult[]): Promise<EndpointHealth>;
  /** A transition: `set` and `remove` if the condition holds. */
  change(place: EndpointPlace, change: EndpointChange): Promise<boolean>;
}

export interface EndpointChange {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  readonly condition: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

export interface EndpointRepositoryOptions extends Table {
  /** `tableName` is the `deliveries` table. */
  readonly limits: EndpointLimits;
  readonly now: () => number;
}

/** A row that nobody touches is of no use to anybody. */
const keptSeconds = 60 * 24 * 60 * 60;

/** @example await createEndpointRepository({ dynamodb, tableName, limits: endpointLimits, now: Date.now }).enter(place, { slots: 2, inFlightMax: 5 }); */
export function createEndpointRepository(options: EndpointRepositoryOptions): EndpointRepository {
  const { limits, now } = options;
  const update = (place: EndpointPlace, input: EndpointUpdate) => updateEndpoint(options, place, input);
  return {
    enter: (place, request) => enter(update, place, { ...request, limits, nowMs: now() }),
    probe: (place) => probe(update, place, { limits, nowMs: now() }),
    bookReplays: (place, replays) => bookReplays(update, place, { replays, limits, nowMs: now() }),
    clearLeases: async (place, leases) => {
      await update(place, { expression: 'DELETE leases :leases', values: { ':leases': new Set(leases) } });
    },
    leave: async (place, admission, results) => {
      if (admission.isProbe && results.length === 0) return admission.health;
      const result = await update(place, leaveUpdate(admission, results, { limits, nowMs: now() }));
      return result.health;
    },
    change: async (place, { set = {}, remove = [], condition, values }) => {
      const sets = Object.keys(set).map((name) => `${name} = :set_${name}`);
      const parts = [sets.length > 0 && `SET ${sets.join(', ')}`, remove.length > 0 && `REMOVE ${remove.join(', ')}`];
      const setValues = Object.fromEntries(Object.entries(set).map(([name, value]) => [`:set_${name}`, value]));
      const expression = parts.filter((part) => part !== false).join(' ');
      return (await update(place, { expression, condition, values: { ...setValues, ...values } })).isDone;
    },
  };
}

interface EndpointUpdate {
  readonly expression: string;
  readonly condition?: string;
  readonly values: Readonly<Record<string, unknown>>;
}

type Update = (place: EndpointPlace, input: EndpointUpdate) => Promise<{ isDone: boolean; health: EndpointHealth }>;

interface Bounds {
  readonly limits: EndpointLimits;
  readonly nowMs: number;
}

async function updateEndpoint(
  { dynamodb, tableName }: Table,
  { tenantId, webhookId }: EndpointPlace,
  { expression, condition, values }: EndpointUpdate,
): Promise<{ isDone: boolean; health: EndpointHealth }> {
  const input: UpdateCommandInput = {
    TableName: tableName,
    Key: tableKeys.endpoint(tenantId, webhookId),
    UpdateExpression: expression,
    ReturnValues: 'ALL_NEW',
    ...(condition !== undefined && {
      ConditionExpression: condition,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: { ...values } }),
  };
  try {
    const { Attributes = {} } = await dynamodb.send(new UpdateCommand(input));
    return { isDone: true, health: Attributes as EndpointHealth };
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return { isDone: false, health: (refusedItem(error) ?? {}) as EndpointHealth };
  }
}

async function enter(update: Update, place: EndpointPlace, request: EnterRequest & Bounds): Promise<EnterResult> {
  const { slots, limits, nowMs } = request;
  const leases = Array.from({ length: slots }, () => `${nowMs + limits.slotMs}/${randomUUID()}`);
  const { isDone, health } = await update(place, {
    expression: 'ADD leases :leases, calls :slots SET expiresAtSeconds = :expires',
    condition: `attribute_not_exists(breaker) AND ${roomCondition(request)}`,
    values: {
      ':leases': new Set(leases),
      ':slots': slots,
      ':expires': Math.floor(nowMs / 1_000) + keptSeconds,
      ...Object.fromEntries(
        rooms(request).flatMap(({ streak, room }) => [
          [`:streak${streak}`, streak],
          [`:room${streak}`, room],
        ]),
      ),
    },
  });
  if (!isDone) return { kind: 'refused', health };
  const last = health.calls ?? slots;
  const calls = leases.map((_, index) => last - slots + 1 + index);
  return { kind: 'admitted', admission: { leases, calls, isProbe: false, health } };
}

/** For each number of failures in a row, how many slots may be taken before ours. */
function rooms({ slots, inFlightMax, limits }: EnterRequest & Bounds): { streak: number; room: number }[] {
  return Array.from({ length: limits.streakMax }, (_, streak) => ({
    streak,
    room: slotsAt(streak, { inFlightMax, streakMax: limits.streakMax }) - slots,
  })).filter(({ room }) => room >= 0);
}

/** DynamoDB's conditions do not reckon, so every case is spelt out; nor do they take a pair of brackets too many. */
function roomCondition(request: EnterRequest & Bounds): string {
  const cases = rooms(request).map(({ streak }) => {
    const isStreak = streak === 0 ? `(attribute_not_exists(streak) OR streak = :streak0)` : `streak = :streak${streak}`;
    return `(${isStreak} AND (attribute_not_exists(leases) OR size(leases) <= :room${streak}))`;
  });
  return cases.length === 1 ? cases.join() : `(${cases.join(' OR ')})`;
}

async function probe(update: Update, place: EndpointPlace, { limits, nowMs }: Bounds): Promise<EnterResult> {
  const lease = randomUUID();
  const { isDone, health } = await update(place, {
    expression: 'SET probe = :lease, probeUntilMs = :until ADD calls :one',
    condition:
      'breaker = :open AND openUntilMs <= :now AND (attribute_not_exists(probeUntilMs) OR probeUntilMs <= :now)',
    values: { ':lease': lease, ':until': nowMs + limits.slotMs, ':one': 1, ':open': 'open', ':now': nowMs },
  });
  if (!isDone) return { kind: 'refused', health };
  return { kind: 'admitted', admission: { leases: [lease], calls: [health.calls ?? 1], isProbe: true, health } };
}

/** A rate without a clock tick: each replay moves the moment of the next, which never lies in the past. */
async function bookReplays(
  update: Update,
  place: EndpointPlace,
  { replays, limits, nowMs }: Bounds & { readonly replays: number },
): Promise<number> {
  const costMs = (replays * 1_000) / limits.replaysPerSecond;
  const begin = await update(place, {
    expression: 'SET replayNextMs = :next',
    condition: 'attribute_not_exists(replayNextMs) OR replayNextMs < :now',
    values: { ':next': nowMs + costMs, ':now': nowMs },
  });
  if (begin.isDone) return nowMs;
  const { health } = await update(place, { expression: 'ADD replayNextMs :cost', values: { ':cost': costMs } });
  return (health.replayNextMs ?? nowMs + costMs) - costMs;
}

function leaveUpdate(admission: Admission, results: readonly CallResult[], { limits, nowMs }: Bounds): EndpointUpdate {
  const sets: Record<string, unknown> = {};
  const adds: Record<string, unknown> = {};
  const deletes: Record<string, unknown> = {};
  if (!admission.isProbe) deletes.leases = new Set(admission.leases);
  if (results.length > 0) {
    const failures = results.filter(({ isSuccess }) => !isSuccess).length;
    const lastSuccess = results.findLastIndex(({ isSuccess }) => isSuccess);
    if (lastSuccess === -1) adds.streak = failures;
    else sets.streak = results.length - 1 - lastSuccess;
    for (const { name, value } of results.map(ringEntry)) sets[name] = value;
    const windowFromMs = admission.health.windowFromMs ?? 0;
    if (nowMs - windowFromMs >= limits.windowMs) {
      Object.assign(sets, { windowFromMs: nowMs, windowCalls: results.length, windowFailures: failures });
    } else {
      Object.assign(adds, { windowCalls: results.length, windowFailures: failures });
    }
  }
  return {
    expression: [
      clause('SET', sets, (name) => `${name} = :${name}`),
      clause('ADD', adds, (name) => `${name} :${name}`),
      clause('DELETE', deletes, (name) => `${name} :${name}`),
    ].join(' '),
    values: Object.fromEntries(
      Object.entries({ ...sets, ...adds, ...deletes }).map(([name, value]) => [`:${name}`, value]),
    ),
  };
}

function clause(word: string, values: Readonly<Record<string, unknown>>, part: (name: string) => string): string {
  const names = Object.keys(values);
  return names.length === 0 ? '' : `${word} ${names.map(part).join(', ')}`;
}
