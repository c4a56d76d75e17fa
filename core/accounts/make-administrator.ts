import { newId } from '../ids.ts';
import { runTransaction } from '../storage/run-transaction.ts';
import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import { unmatchableHash } from './password-hash.ts';
import { issuePasswordReset } from './password-reset.ts';
import { createUserRepository } from './user-repository.ts';

export interface NewAdministrator {
  readonly userId: string;
  readonly isNew: boolean;
  /** With it, and only with it, the first password is set. */
  readonly resetToken: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/**
 * Makes the account of an e-mail address an administrator, and the account itself when there is none, and a token to set its
 * password. For the operator, who may write the table; no route of the API leads here. May be repeated: each run gives a new
 * token and makes the one before worthless.
 *
 * @example await makeAdministrator({ dynamodb, tableName }, { email: 'you@example.com', name: 'You', nowMs: Date.now() })
 */
export async function makeAdministrator(
  table: Table,
  { email, name, nowMs }: { readonly email: string; readonly name: string; readonly nowMs: number },
): Promise<NewAdministrator> {
  const { userId, isNew } = await accountOf(table, { email, name, nowMs });
  const { token, expiresAt, update } = issuePasswordReset(table.tableName, userId, nowMs);
  const promote = {
    ...update,
    UpdateExpression: `${update.UpdateExpression}, #role = :admin`,
    ExpressionAttributeNames: { '#role': 'role' },
    ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':admin': 'admin' },
  };
  const refusal = await runTransaction(table.dynamodb, [{ Update: promote }]);
  if (refusal !== undefined) throw new Error(`The account ${userId} is gone.`);
  return { userId, isNew, resetToken: token, expiresAt };
}

async function accountOf(
  table: Table,
  { email, name, nowMs }: { readonly email: string; readonly name: string; readonly nowMs: number },
): Promise<{ readonly userId: string; readonly isNew: boolean }> {
  const found = await readItem<{ userId: string }>(table, tableKeys.email(email.toLowerCase()));
  if (found !== undefined) return { userId: found.userId, isNew: false };
  const at = new Date(nowMs).toISOString();
  const userId = newId('usr');
  const user = {
    userId,
    email,
    name,
    role: 'admin',
    passwordHash: unmatchableHash,
    createdAt: at,
    updatedAt: at,
  } as const;
  if ((await createUserRepository(table).create(user)) !== 'created')
    throw new Error('The address was taken just now.');
  return { userId, isNew: true };
}
