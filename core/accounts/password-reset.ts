import { tableKeys } from '../storage/table-keys.ts';
import type { TransactItem } from '../storage/transact-item.ts';
import { isSameHash, newOneTimeToken } from './one-time-token.ts';
import type { User } from './user.ts';

/**
 * Setting a password without the old one, by a token that an administrator hands out. An account has one such token at a time, stored
 * as a hash on its own row: a new one takes the place of the one before, using it takes it away in the same write that sets the
 * password, and after an hour it is worth nothing.
 */
export interface IssuedPasswordReset {
  /** Secret; handed out once. */
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** The write that makes it valid; refused when there is no such account. */
  readonly update: NonNullable<TransactItem['Update']>;
}

const lifeMs = 3_600_000;

/** @example const { token, update } = issuePasswordReset(tableName, userId, Date.now()); */
export function issuePasswordReset(tableName: string, userId: string, nowMs: number): IssuedPasswordReset {
  const { token, hash } = newOneTimeToken('password-reset', userId);
  const update = {
    TableName: tableName,
    Key: tableKeys.user(userId),
    UpdateExpression: 'SET resetHash = :hash, resetExpiresAtMs = :expires',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':hash': hash, ':expires': nowMs + lifeMs },
  };
  return { token, expiresAt: new Date(nowMs + lifeMs).toISOString(), update };
}

/** Whether a hash is the account's valid token. Looked at before a password is hashed, which costs; the write decides. */
export function isValidReset(user: User | undefined, hash: string, nowMs: number): user is User {
  return user !== undefined && isSameHash(hash, user.resetHash) && (user.resetExpiresAtMs ?? 0) > nowMs;
}

/** The write that sets the password and uses the token up; refused when the token is not, or no longer, the account's. */
export function usePasswordReset(
  tableName: string,
  use: { readonly userId: string; readonly hash: string; readonly passwordHash: string; readonly nowMs: number },
): TransactItem {
  return {
    Update: {
      TableName: tableName,
      Key: tableKeys.user(use.userId),
      UpdateExpression: 'SET passwordHash = :password, updatedAt = :at REMOVE resetHash, resetExpiresAtMs',
      ConditionExpression: 'resetHash = :hash AND resetExpiresAtMs > :now',
      ExpressionAttributeValues: {
        ':password': use.passwordHash,
        ':at': new Date(use.nowMs).toISOString(),
        ':hash': use.hash,
        ':now': use.nowMs,
      },
    },
  };
}
