import type { User } from '../../core/accounts/user.ts';
import type { Page } from '../../core/storage/query-page.ts';
import { readItem, type Table } from '../../core/storage/table.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';

/** The account of an address, as a list of none or one. */
export async function usersByEmail(
  table: Table,
  email: string,
  findUser: (userId: string) => Promise<User | undefined>,
): Promise<Page<User>> {
  const pointer = await readItem<{ userId: string }>(table, tableKeys.email(email.toLowerCase()));
  const user = pointer === undefined ? undefined : await findUser(pointer.userId);
  return { items: user === undefined ? [] : [user] };
}
