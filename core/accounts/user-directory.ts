import { type Page, queryPage } from '../storage/query-page.ts';
import { runTransaction } from '../storage/run-transaction.ts';
import type { Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { TransactItem } from '../storage/transact-item.ts';
import { findUser } from './find-user.ts';
import type { UserRole } from './principal.ts';
import type { User } from './user.ts';

/** What an administrator changes of an account. */
export interface UserChange {
  /** `null` gives the account back to the default plan. */
  readonly plan?: string | null | undefined;
  readonly role?: UserRole | undefined;
  /** `null` restores it. */
  readonly suspendedAt?: string | null | undefined;
}

/** All accounts, for administrators. */
export interface UserDirectory {
  /** Newest first. */
  list(page: { readonly limit: number; readonly after?: string }): Promise<Page<User>>;
  /** Writes the change together with what is given besides, its entry in the trail. Undefined when there is no such account. */
  change(userId: string, change: UserChange, besides: readonly TransactItem[]): Promise<User | undefined>;
}

export interface UserDirectoryOptions extends Table {
  readonly now?: () => number;
}

/** @example await createUserDirectory({ dynamodb, tableName }).change(userId, { plan: 'pro' }, [audit.entryItem(note)]) */
export function createUserDirectory(options: UserDirectoryOptions): UserDirectory {
  const { dynamodb, tableName } = options;
  const now = options.now ?? Date.now;
  return {
    list: async (page) => {
      const key = tableKeys.userListing('');
      const listed = await queryPage<{ sk: string }>({ dynamodb, tableName, key, newestFirst: true, ...page });
      const users = await Promise.all(listed.items.map(({ sk }) => findUser(options, sk)));
      return { ...listed, items: users.filter((user) => user !== undefined) };
    },
    change: async (userId, change, besides) => {
      const at = new Date(now()).toISOString();
      const refusal = await runTransaction(dynamodb, [
        userUpdate(tableName, userId, { ...change, updatedAt: at }),
        ...besides,
      ]);
      return refusal === undefined ? findUser(options, userId) : undefined;
    },
  };
}

/** `null` removes an attribute; one that is not named stays. */
function userUpdate(tableName: string, userId: string, changes: Readonly<Record<string, unknown>>): TransactItem {
  const named = Object.entries(changes).filter(([, value]) => value !== undefined);
  const set = named.filter(([, value]) => value !== null).map(([name]) => `#${name} = :${name}`);
  const removed = named.filter(([, value]) => value === null).map(([name]) => `#${name}`);
  return {
    Update: {
      TableName: tableName,
      Key: tableKeys.user(userId),
      UpdateExpression: `SET ${set.join(', ')}${removed.length === 0 ? '' : ` REMOVE ${removed.join(', ')}`}`,
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: Object.fromEntries(named.map(([name]) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        named.filter(([, value]) => value !== null).map(([name, value]) => [`:${name}`, value]),
      ),
    },
  };
}
