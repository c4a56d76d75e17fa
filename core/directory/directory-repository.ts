import { type Page, queryPage } from '../storage/query-page.ts';
import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { Chat } from './chat.ts';
import type { Contact } from './contact.ts';
import type { Group } from './group.ts';

export interface DirectoryPage {
  readonly limit: number;
  readonly after?: string;
}

/** Chats, contacts and groups of a session as the connector saw them last. */
export interface DirectoryRepository {
  chats(tenantId: string, sessionId: string, page: DirectoryPage): Promise<Page<Chat>>;
  contacts(tenantId: string, sessionId: string, page: DirectoryPage): Promise<Page<Contact>>;
  groups(tenantId: string, sessionId: string, page: DirectoryPage): Promise<Page<Group>>;
  contact(tenantId: string, sessionId: string, contactId: string): Promise<Contact | undefined>;
  group(tenantId: string, sessionId: string, groupId: string): Promise<Group | undefined>;
}

/** @example await createDirectoryRepository(messages).groups(tenantId, sessionId, { limit: 25 }) */
export function createDirectoryRepository(messages: Table): DirectoryRepository {
  const list = <Item>(key: { readonly pk: string; readonly sk: string }, page: DirectoryPage) =>
    queryPage<Item>({ ...messages, key, newestFirst: false, ...page });
  return {
    chats: (tenantId, sessionId, page) => list(tableKeys.chat(tenantId, sessionId, ''), page),
    contacts: (tenantId, sessionId, page) => list(tableKeys.contact(tenantId, sessionId, ''), page),
    groups: (tenantId, sessionId, page) => list(tableKeys.group(tenantId, sessionId, ''), page),
    contact: (tenantId, sessionId, contactId) => readItem(messages, tableKeys.contact(tenantId, sessionId, contactId)),
    group: (tenantId, sessionId, groupId) => readItem(messages, tableKeys.group(tenantId, sessionId, groupId)),
  };
}
