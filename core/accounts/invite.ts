import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { TransactItem } from '../storage/transact-item.ts';
import { isSameHash, parseOneTimeToken } from './one-time-token.ts';

/** A leave to register once, as stored. */
export interface Invite {
  readonly inviteId: string;
  /** SHA-256 of the token's secret, hexadecimal. */
  readonly secretHash: string;
  /** In lower case; the only address that may use it. */
  readonly email?: string;
  /** User id of the administrator. */
  readonly createdBy: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly usedAt?: string;
  /** The account that came of it. */
  readonly usedBy?: string;
}

export interface InviteClaim {
  readonly inviteId: string;
  readonly hash: string;
}

/**
 * What a token claims, if it is one that this address may use now; looked at before a password is hashed, which costs.
 *
 * @example await findInviteClaim(table, { token, email, nowMs }) // { inviteId: 'inv_…', hash: '…' } or undefined
 */
export async function findInviteClaim(
  table: Table,
  { token, email, nowMs }: { readonly token: string; readonly email: string; readonly nowMs: number },
): Promise<InviteClaim | undefined> {
  const parsed = parseOneTimeToken('invite', token);
  if (parsed === undefined) return undefined;
  const invite = await readItem<Invite>(table, tableKeys.invite(parsed.id));
  if (invite === undefined || !isSameHash(parsed.hash, invite.secretHash)) return undefined;
  if (invite.usedAt !== undefined || Date.parse(invite.expiresAt) <= nowMs) return undefined;
  if (invite.email !== undefined && invite.email !== email.toLowerCase()) return undefined;
  return { inviteId: parsed.id, hash: parsed.hash };
}

/** The part of a registration that uses the invite up, refused when another registration was first. */
export function claimInvite(
  tableName: string,
  { inviteId, hash }: InviteClaim,
  use: { readonly userId: string; readonly at: string },
): TransactItem {
  return {
    Update: {
      TableName: tableName,
      Key: tableKeys.invite(inviteId),
      UpdateExpression: 'SET usedAt = :at, usedBy = :user',
      ConditionExpression: 'secretHash = :hash AND attribute_not_exists(usedAt) AND expiresAt > :at',
      ExpressionAttributeValues: { ':at': use.at, ':user': use.userId, ':hash': hash },
    },
  };
}
