import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { runTransaction } from '../storage/run-transaction.ts';
import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import { findUser } from './find-user.ts';
import type { User } from './user.ts';

export interface UserRepository {
  /** False when another account has the address, in whatever case it was typed. */
  create(user: User): Promise<boolean>;
  find(userId: string): Promise<User | undefined>;
  findByEmail(email: string): Promise<User | undefined>;
  /** Nothing happens when the hash is no longer the old one. */
  replacePasswordHash(userId: string, change: { readonly from: string; readonly to: string }): Promise<void>;
}

/** Read in place of the account of an unknown address, so that an unknown address costs the same two reads. */
const nobody = `usr_${'0'.repeat(26)}`;

/**
 * Accounts in the `control` table.
 *
 * @example await createUserRepository({ dynamodb, tableName }).findByEmail('ann@example.com')
 */
export function createUserRepository(table: Table): UserRepository {
  const find = (userId: string) => findUser(table, userId);
  return {
    create: (user) => createUser(table, user),
    find,
    findByEmail: async (email) => {
      const pointer = await readItem<{ userId: string }>(table, tableKeys.email(email.toLowerCase()));
      return find(pointer?.userId ?? nobody);
    },
    replacePasswordHash: (userId, change) => replacePasswordHash(table, userId, change),
  };
}

/** The address has an item of its own, because DynamoDB keeps only keys unique. */
async function createUser({ dynamodb, tableName }: Table, user: User): Promise<boolean> {
  const put = (Item: Record<string, unknown>) => ({
    Put: { TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
  });
  const refusal = await runTransaction(dynamodb, [
    put({ ...tableKeys.email(user.email.toLowerCase()), userId: user.userId }),
    put({ ...tableKeys.user(user.userId), ...user }),
  ]);
  return refusal === undefined;
}

async function replacePasswordHash(
  { dynamodb, tableName }: Table,
  userId: string,
  change: { readonly from: string; readonly to: string },
): Promise<void> {
  try {
    await dynamodb.send(
      new UpdateCommand({
        TableName: tableName,
        Key: tableKeys.user(userId),
        UpdateExpression: 'SET passwordHash = :to',
        ConditionExpression: 'passwordHash = :from',
        ExpressionAttributeValues: { ':from': change.from, ':to': change.to },
      }),
    );
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}
