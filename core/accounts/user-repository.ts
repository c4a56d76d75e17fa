import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { runTransaction } from '../storage/run-transaction.ts';
import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { TransactItem } from '../storage/transact-item.ts';
import { findUser } from './find-user.ts';
import type { User } from './user.ts';

export interface UserRepository {
  /**
   * Creates the account together with what is given besides. `email-taken`: another account has the address, in whatever case it was
   * typed; `refused`: something besides was refused. Then nothing was written.
   */
  create(user: User, besides?: readonly TransactItem[]): Promise<'created' | 'email-taken' | 'refused'>;
  find(userId: string): Promise<User | undefined>;
  findByEmail(email: string): Promise<User | undefined>;
  /** False, and nothing happens, when the hash is no longer the old one. */
  replacePasswordHash(userId: string, change: { readonly from: string; readonly to: string }): Promise<boolean>;
}

/** Stands for the account of an unknown address, so that an unknown address costs the same reads and writes as a known one. */
export const nobody = `usr_${'0'.repeat(26)}`;

/**
 * Accounts in the `control` table.
 *
 * @example await createUserRepository({ dynamodb, tableName }).findByEmail('ann@example.com')
 */
export function createUserRepository(table: Table): UserRepository {
  const find = (userId: string) => findUser(table, userId);
  return {
    create: (user, besides = []) => createUser(table, user, besides),
    find,
    findByEmail: async (email) => {
      const pointer = await readItem<{ userId: string }>(table, tableKeys.email(email.toLowerCase()));
      return find(pointer?.userId ?? nobody);
    },
    replacePasswordHash: (userId, change) => replacePasswordHash(table, userId, change),
  };
}

/** The address has an item of its own, because DynamoDB keeps only keys unique. */
async function createUser(
  { dynamodb, tableName }: Table,
  user: User,
  besides: readonly TransactItem[],
): ReturnType<UserRepository['create']> {
  const put = (Item: Record<string, unknown>) => ({
    Put: { TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
  });
  const refusal = await runTransaction(dynamodb, [
    put({ ...tableKeys.email(user.email.toLowerCase()), userId: user.userId }),
    put({ ...tableKeys.user(user.userId), ...user }),
    put(tableKeys.userListing(user.userId)),
    ...besides,
  ]);
  if (refusal === undefined) return 'created';
  return refusal.index === 0 ? 'email-taken' : 'refused';
}

async function replacePasswordHash(
  { dynamodb, tableName }: Table,
  userId: string,
  change: { readonly from: string; readonly to: string },
): Promise<boolean> {
  try {
    await dynamodb.send(
      new UpdateCommand({
        TableName: tableName,
        Key: tableKeys.user(userId),
        UpdateExpression: 'SET passwordHash = :to REMOVE resetHash, resetExpiresAtMs',
        ConditionExpression: 'passwordHash = :from',
        ExpressionAttributeValues: { ':from': change.from, ':to': change.to },
      }),
    );
    return true;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return false;
  }
}
