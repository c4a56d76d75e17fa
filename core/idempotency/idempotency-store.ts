import { createHash } from 'node:crypto';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { newId } from '../ids.ts';
import type { Sealer } from '../sealing/sealer.ts';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { refusedItem } from '../storage/refused-item.ts';
import { tableKeys } from '../storage/table-keys.ts';
import {
  type IdempotencyRecord,
  type IdempotentAnswer,
  keptSeconds,
  type RecordView,
  type StoredAnswer,
  viewRecord,
} from './idempotency-record.ts';

export interface IdempotentRequest {
  readonly tenantId: string;
  /** Method and route template, for example `POST /sessions/{sessionId}/messages`. */
  readonly route: string;
  readonly key: string;
  /** From `requestFingerprint`. */
  readonly fingerprint: string;
}

/** The right to do the work of a request. */
export interface IdempotencyClaim {
  readonly request: IdempotentRequest;
  readonly attempt: string;
  /** The id to do the work under; the same for every attempt at one key. */
  readonly reservedId: string;
}

export type BeginResult =
  | { readonly kind: 'proceed'; readonly claim: IdempotencyClaim }
  /** With the id that the work was done under. */
  | { readonly kind: 'replay'; readonly answer: IdempotentAnswer; readonly reservedId: string }
  | { readonly kind: 'in_progress'; readonly leaseUntilMs: number }
  | { readonly kind: 'mismatch' };

export interface IdempotencyStore {
  /** One conditional write. `reserveId` makes an id for the case that this is the first attempt. */
  begin(request: IdempotentRequest, reserveId: () => string): Promise<BeginResult>;
  /** The same without claiming: one read, for who waits. `free` when the attempt is gone. */
  look(request: IdempotentRequest): Promise<Exclude<BeginResult, { kind: 'proceed' }> | { readonly kind: 'free' }>;
  /** Stores the answer. False when the lease had ended and somebody else went on. Throws when the answer is too large. */
  complete(claim: IdempotencyClaim, answer: IdempotentAnswer): Promise<boolean>;
  /** Ends an attempt that may have done something, so that the next one may go on at once under the same id. */
  release(claim: IdempotencyClaim): Promise<void>;
  /** Ends an attempt that was refused before it did anything: the key is as good as new. */
  forget(claim: IdempotencyClaim): Promise<void>;
}

export interface IdempotencyStoreOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The `control` table. */
  readonly tableName: string;
  /** Seals bodies: those of `POST /sessions` and `POST /auth/api-keys` hold keys that are shown once and stored as hashes. */
  readonly sealer: Sealer;
  readonly now?: () => number;
  /** How long a request may work before another takes over. Above the function's time limit, or two work at once. Default 35 s. */
  readonly leaseMs?: number;
}

const defaultLeaseMs = 35_000;
/** The API's own answers to a POST are a few kilobytes; a row may have 400 kB. */
const bodyBytesMax = 256 * 1_024;
const keptHeaders = ['content-type', 'location'];

/** @example const result = await createIdempotencyStore({ dynamodb, tableName, sealer }).begin(request, newMessageId) */
export function createIdempotencyStore(options: IdempotencyStoreOptions): IdempotencyStore {
  const context = { ...options, now: options.now ?? Date.now, leaseMs: options.leaseMs ?? defaultLeaseMs };
  return {
    begin: (request, reserveId) => begin(context, request, reserveId),
    look: (request) => look(context, request),
    complete: (claim, answer) => complete(context, claim, answer),
    release: (claim) => release(context, claim),
    forget: (claim) => forget(context, claim),
  };
}

type Context = Required<IdempotencyStoreOptions>;

/** A refused write shows the record as it is; it can change once more before the second write, and then it is somebody's. */
const roundsMax = 3;

async function begin(context: Context, request: IdempotentRequest, reserveId: () => string): Promise<BeginResult> {
  let known: IdempotencyRecord | undefined;
  for (let round = 0; round < roundsMax; round++) {
    const nowMs = context.now();
    const view = viewRecord(known, request.fingerprint, nowMs);
    if (view.kind === 'mismatch') return view;
    if (view.kind === 'busy') return { kind: 'in_progress', leaseUntilMs: view.leaseUntilMs };
    if (view.kind === 'done') return replay(context, request, view);
    const record: IdempotencyRecord = {
      fingerprint: request.fingerprint,
      state: 'in_progress',
      attempt: newId('req'),
      leaseUntilMs: nowMs + context.leaseMs,
      reservedId: view.reservedId ?? reserveId(),
      expiresAtSeconds: Math.ceil(nowMs / 1_000) + keptSeconds,
    };
    const refusal = await putRecord(context, { request, record, replaces: known });
    if (refusal === undefined) {
      return { kind: 'proceed', claim: { request, attempt: record.attempt, reservedId: record.reservedId } };
    }
    known = refusal.record;
  }
  return { kind: 'in_progress', leaseUntilMs: context.now() + context.leaseMs };
}

async function putRecord(
  context: Context,
  write: {
    readonly request: IdempotentRequest;
    readonly record: IdempotencyRecord;
    readonly replaces: IdempotencyRecord | undefined;
  },
): Promise<{ readonly record: IdempotencyRecord | undefined } | undefined> {
  const { request, record, replaces } = write;
  try {
    await context.dynamodb.send(
      new PutCommand({
        TableName: context.tableName,
        Item: { ...keyOf(request), ...record },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ...(replaces === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'attribute_not_exists(pk) OR (attempt = :attempt AND leaseUntilMs = :lease)',
              ExpressionAttributeValues: { ':attempt': replaces.attempt, ':lease': replaces.leaseUntilMs },
            }),
      }),
    );
    return undefined;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return { record: refusedItem(error) as IdempotencyRecord | undefined };
  }
}

async function look(context: Context, request: IdempotentRequest): ReturnType<IdempotencyStore['look']> {
  const { Item } = await context.dynamodb.send(
    new GetCommand({ TableName: context.tableName, Key: keyOf(request), ConsistentRead: true }),
  );
  const view = viewRecord(Item as IdempotencyRecord | undefined, request.fingerprint, context.now());
  if (view.kind === 'busy') return { kind: 'in_progress', leaseUntilMs: view.leaseUntilMs };
  if (view.kind === 'done') return replay(context, request, view);
  return view.kind === 'mismatch' ? view : { kind: 'free' };
}

async function complete(context: Context, claim: IdempotencyClaim, answer: IdempotentAnswer): Promise<boolean> {
  const { request } = claim;
  const body = Buffer.from(answer.body);
  if (body.byteLength > bodyBytesMax) throw new RangeError('The answer is too large to be kept for a repeat.');
  const stored: StoredAnswer = {
    status: answer.status,
    headers: Object.fromEntries(Object.entries(answer.headers).filter(([name]) => keptHeaders.includes(name))),
    body: await context.sealer.seal(request.tenantId, body, sealContext(request)),
  };
  return endAttempt(context, claim, {
    UpdateExpression: 'SET #state = :state, answer = :answer',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':state': 'done', ':answer': stored },
  });
}

async function release(context: Context, claim: IdempotencyClaim): Promise<void> {
  await endAttempt(context, claim, {
    UpdateExpression: 'SET leaseUntilMs = :never',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':never': 0 },
  });
}

async function forget(context: Context, { request, attempt }: IdempotencyClaim): Promise<void> {
  try {
    await context.dynamodb.send(
      new DeleteCommand({
        TableName: context.tableName,
        Key: keyOf(request),
        ConditionExpression: 'attempt = :attempt AND #state = :running',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':attempt': attempt, ':running': 'in_progress' },
      }),
    );
  } catch (error) {
    // The lease ended and the record is somebody else's by now.
    if (!isConditionFailed(error)) throw error;
  }
}

interface AttemptEnd {
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
}

async function endAttempt(context: Context, { request, attempt }: IdempotencyClaim, end: AttemptEnd): Promise<boolean> {
  try {
    await context.dynamodb.send(
      new UpdateCommand({
        TableName: context.tableName,
        Key: keyOf(request),
        ...end,
        ConditionExpression: 'attempt = :attempt AND #state = :running',
        ExpressionAttributeValues: {
          ...end.ExpressionAttributeValues,
          ':attempt': attempt,
          ':running': 'in_progress',
        },
      }),
    );
    return true;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return false;
  }
}

async function replay(
  context: Context,
  request: IdempotentRequest,
  { answer, reservedId }: Extract<RecordView, { kind: 'done' }>,
): Promise<Extract<BeginResult, { kind: 'replay' }>> {
  const body = await context.sealer.open(request.tenantId, answer.body, sealContext(request));
  return { kind: 'replay', answer: { ...answer, body: Buffer.from(body).toString() }, reservedId };
}

function keyOf({ tenantId, route, key }: IdempotentRequest): { readonly pk: string; readonly sk: string } {
  return tableKeys.idempotency(tenantId, scopeHash(route, key));
}

function sealContext({ route, key }: IdempotentRequest): string {
  return `idempotency/${scopeHash(route, key)}`;
}

function scopeHash(route: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([route, key]))
    .digest('hex');
}
