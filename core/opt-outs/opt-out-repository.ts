import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Identity } from '../identity.ts';
import { addressesOf } from '../identity-addresses.ts';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { type Page, queryPage } from '../storage/query-page.ts';
import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { OptOut } from './opt-out.ts';

export interface SessionPlace {
  readonly tenantId: string;
  readonly sessionId: string;
}

/** The list of those who want no more messages of a session. It has no end of its own: who said stop once is not asked again. */
export interface OptOutRepository {
  /** Whether a person is on the list, under any of the addresses that are known. */
  has(place: SessionPlace, contact: Identity): Promise<boolean>;
  find(place: SessionPlace, contact: Identity): Promise<OptOut | undefined>;
  /** Safe to repeat: who is on the list stays as it is. */
  put(place: SessionPlace, optOut: OptOut): Promise<void>;
  /** Safe to repeat. */
  remove(place: SessionPlace, contact: Identity): Promise<void>;
  /** By address. */
  list(place: SessionPlace, page: { readonly limit: number; readonly after?: string }): Promise<Page<OptOut>>;
}

/** A person has a row for each address; the one of the id stands for all in the list. */
interface OptOutItem extends OptOut {
  readonly isMain: boolean;
}

/** @example await createOptOutRepository({ dynamodb, tableName }).has({ tenantId, sessionId }, chat) */
export function createOptOutRepository(messages: Table): OptOutRepository {
  const keyOf = ({ tenantId, sessionId }: SessionPlace, address: string) =>
    tableKeys.optOut(tenantId, sessionId, address);
  const rowsOf = async (place: SessionPlace, contact: Identity) => {
    const rows = addressesOf(contact).map((address) => readItem<OptOutItem>(messages, keyOf(place, address)));
    return (await Promise.all(rows)).filter((row) => row !== undefined);
  };
  return {
    has: async (place, contact) => (await rowsOf(place, contact)).length > 0,
    find: async (place, contact) => (await rowsOf(place, contact))[0],
    put: async (place, optOut) => {
      const { contact } = optOut;
      for (const address of addressesOf(contact)) {
        await putOnce(messages, { ...keyOf(place, address), ...optOut, isMain: address === contact.id });
      }
    },
    remove: async (place, contact) => {
      const rows = await rowsOf(place, contact);
      const addresses = new Set([contact, ...rows.map((row) => row.contact)].flatMap(addressesOf));
      for (const address of addresses) {
        const Key = keyOf(place, address);
        await messages.dynamodb.send(new DeleteCommand({ TableName: messages.tableName, Key }));
      }
    },
    list: (place, page) =>
      queryPage<OptOutItem>({
        ...messages,
        key: keyOf(place, ''),
        newestFirst: false,
        filter: { expression: 'isMain = :yes', values: { ':yes': true } },
        ...page,
      }),
  };
}

async function putOnce({ dynamodb, tableName }: Table, Item: Record<string, unknown>): Promise<void> {
  try {
    await dynamodb.send(
      new PutCommand({ TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }),
    );
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}
