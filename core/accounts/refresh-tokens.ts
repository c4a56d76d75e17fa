import { PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { boundedText } from '../bounded-text.ts';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { refusedItem } from '../storage/refused-item.ts';
import type { Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import {
  familyExpiryMs,
  idleMs,
  judgeToken,
  lifeMs,
  type RefreshFamily,
  type RevocationReason,
} from './refresh-family.ts';
import {
  firstRefreshToken,
  formatRefreshToken,
  hashRefreshSecret,
  nextRefreshToken,
  parseRefreshToken,
  type RefreshTokenParts,
} from './refresh-token.ts';

/** A token to hand out. Secret; it is not stored. */
export interface IssuedRefreshToken {
  readonly token: string;
  readonly tenantId: string;
  readonly familyId: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export type RotationResult =
  | ({ readonly kind: 'rotated' } & IssuedRefreshToken)
  /** The family was revoked just now: worth a line in the audit trail. The caller answers as for `invalid`. */
  | { readonly kind: 'reused'; readonly tenantId: string; readonly familyId: string }
  | { readonly kind: 'invalid' };

export interface RefreshTokens {
  /** Starts a family at login. */
  issue(tenantId: string, client: RefreshClient): Promise<IssuedRefreshToken>;
  rotate(token: string): Promise<RotationResult>;
  /** Ends the family of a token, whatever its age in the chain. Resolves to it, or undefined for a token of none. */
  revoke(token: string): Promise<{ readonly tenantId: string; readonly familyId: string } | undefined>;
  /** Ends all families of an account, or all but one; resolves to how many were live. */
  revokeAll(tenantId: string, because: RevocationReason, exceptFamilyId?: string): Promise<number>;
}

/** Who logged in, for the owner's eyes. */
export interface RefreshClient {
  readonly address: string;
  readonly userAgent: string;
}

export interface RefreshTokensOptions extends Table {
  /** Key for the tokens that follow others, 32 bytes or more; never used for anything else. */
  readonly derivationKey: () => Promise<Uint8Array>;
  readonly now?: () => number;
}

type Context = Required<RefreshTokensOptions>;

/** Logins of one account at a time; a further one ends the oldest. */
const liveFamiliesMax = 50;

/** @example const issued = await createRefreshTokens({ dynamodb, tableName, derivationKey }).issue(tenantId, client) */
export function createRefreshTokens(options: RefreshTokensOptions): RefreshTokens {
  const context = { ...options, now: options.now ?? Date.now };
  return {
    issue: (tenantId, client) => issue(context, tenantId, client),
    rotate: (token) => rotate(context, token),
    revoke: async (token) => {
      const parts = parseRefreshToken(token);
      if (parts === undefined) return undefined;
      const isLive = await revokeFamily(context, { ...parts, because: 'logout' });
      return isLive ? { tenantId: parts.tenantId, familyId: parts.familyId } : undefined;
    },
    revokeAll: async (tenantId, because, exceptFamilyId) => {
      const families = await liveFamilies(context, tenantId);
      const ended = families.filter(({ familyId }) => familyId !== exceptFamilyId);
      await Promise.all(ended.map(({ familyId }) => revokeFamily(context, { tenantId, familyId, because })));
      return ended.length;
    },
  };
}

async function issue(context: Context, tenantId: string, client: RefreshClient): Promise<IssuedRefreshToken> {
  const families = await liveFamilies(context, tenantId);
  const oldest = families.slice(0, Math.max(0, families.length + 1 - liveFamiliesMax));
  await Promise.all(oldest.map(({ familyId }) => revokeFamily(context, { tenantId, familyId, because: 'too_many' })));
  const nowMs = context.now();
  const parts = firstRefreshToken(tenantId);
  const family: RefreshFamily = {
    tenantId,
    familyId: parts.familyId,
    currentHash: hashRefreshSecret(parts.secret),
    rotatedAtMs: nowMs,
    createdAtMs: nowMs,
    endsAtMs: nowMs + lifeMs,
    address: boundedText(client.address, 45),
    userAgent: boundedText(client.userAgent, 256),
    expiresAtSeconds: Math.ceil((nowMs + lifeMs) / 1_000),
  };
  await context.dynamodb.send(
    new PutCommand({
      TableName: context.tableName,
      Item: { ...tableKeys.refreshFamily(tenantId, parts.familyId), ...family },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  );
  return toIssued(parts, family);
}

async function rotate(context: Context, token: string): Promise<RotationResult> {
  const parts = parseRefreshToken(token);
  if (parts === undefined) return { kind: 'invalid' };
  const nowMs = context.now();
  const next = nextRefreshToken(parts, await context.derivationKey());
  const outcome = await tryRotate(context, { parts, next, nowMs });
  if (outcome.kind === 'written') return { kind: 'rotated', ...toIssued(next, outcome.family) };
  const verdict = judgeToken(outcome.family, hashRefreshSecret(parts.secret), nowMs);
  if (verdict === 'repeat' && outcome.family?.currentHash === hashRefreshSecret(next.secret)) {
    return { kind: 'rotated', ...toIssued(next, outcome.family) };
  }
  // A repeat whose successor cannot be derived any more met a change of the server's key; that is nobody's theft.
  if (verdict !== 'reused') return { kind: 'invalid' };
  const { tenantId, familyId } = parts;
  const isFirst = await revokeFamily(context, { tenantId, familyId, because: 'reuse' });
  return isFirst ? { kind: 'reused', tenantId, familyId } : { kind: 'invalid' };
}

async function tryRotate(
  context: Context,
  move: { readonly parts: RefreshTokenParts; readonly next: RefreshTokenParts; readonly nowMs: number },
): Promise<
  | { readonly kind: 'written'; readonly family: RefreshFamily }
  | { readonly kind: 'refused'; readonly family: RefreshFamily | undefined }
> {
  const { parts, next, nowMs } = move;
  try {
    const { Attributes } = await context.dynamodb.send(
      new UpdateCommand({
        TableName: context.tableName,
        Key: tableKeys.refreshFamily(parts.tenantId, parts.familyId),
        UpdateExpression: 'SET previousHash = currentHash, currentHash = :next, rotatedAtMs = :now',
        ConditionExpression:
          'currentHash = :presented AND attribute_not_exists(revokedAtMs) AND endsAtMs > :now AND rotatedAtMs > :idleSince',
        ExpressionAttributeValues: {
          ':presented': hashRefreshSecret(parts.secret),
          ':next': hashRefreshSecret(next.secret),
          ':now': nowMs,
          ':idleSince': nowMs - idleMs,
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { kind: 'written', family: Attributes as RefreshFamily };
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return { kind: 'refused', family: refusedItem(error) as RefreshFamily | undefined };
  }
}

/** True when this call ended it; false when it had ended, or never was. */
async function revokeFamily(
  context: Context,
  end: { readonly tenantId: string; readonly familyId: string; readonly because: RevocationReason },
): Promise<boolean> {
  try {
    await context.dynamodb.send(
      new UpdateCommand({
        TableName: context.tableName,
        Key: tableKeys.refreshFamily(end.tenantId, end.familyId),
        UpdateExpression: 'SET revokedAtMs = :now, revokedBecause = :because',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(revokedAtMs)',
        ExpressionAttributeValues: { ':now': context.now(), ':because': end.because },
      }),
    );
    return true;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return false;
  }
}

/** Oldest first. */
async function liveFamilies(context: Context, tenantId: string): Promise<readonly RefreshFamily[]> {
  const { pk, sk } = tableKeys.refreshFamily(tenantId, '');
  const families: RefreshFamily[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await context.dynamodb.send(
      new QueryCommand({
        TableName: context.tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
        ConsistentRead: true,
        ExclusiveStartKey: from,
      }),
    );
    families.push(...((page.Items ?? []) as RefreshFamily[]));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  const nowMs = context.now();
  return families.filter((family) => family.revokedAtMs === undefined && familyExpiryMs(family) > nowMs);
}

function toIssued(parts: RefreshTokenParts, family: RefreshFamily): IssuedRefreshToken {
  return {
    token: formatRefreshToken(parts),
    tenantId: parts.tenantId,
    familyId: parts.familyId,
    expiresAt: new Date(familyExpiryMs(family)).toISOString(),
  };
}
