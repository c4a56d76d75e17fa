import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { User } from './user.ts';

/** An account by its id. Apart from the repository, because every function reads accounts and only one writes them. */
export function findUser(table: Table, userId: string): Promise<User | undefined> {
  return readItem<User>(table, tableKeys.user(userId));
}
