import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { LRUCache } from 'lru-cache';
import type { Identity } from '../../core/identity.ts';
import { addressesOf } from '../../core/identity-addresses.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline } from '../storage/deadline.ts';
import { kindOfChat } from '../storage/directory-store.ts';
import type { SessionName } from '../storage/session-state.ts';

/** Which people a session has exchanged messages with. */
export interface KnownChats {
  /** Nothing was ever exchanged, as far as Wharf saw. Groups, channels and status posts are never new. */
  isNew(name: SessionName, chat: Identity): Promise<boolean>;
  /** Whether it is known already that something was exchanged; does not look. */
  isKnown(sessionId: string, addresses: readonly string[]): boolean;
  /** A message went either way. */
  note(sessionId: string, chat: Identity): void;
}

/** Addresses of all sessions together; a chat that falls out is looked up once more. */
const addressesMax = 100_000;

/**
 * Chats that have begun never become new again, so each is looked up once in a process.
 *
 * @example await createKnownChats({ dynamodb, tableName }).isNew(name, chat)
 */
export function createKnownChats(table: {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
}): KnownChats {
  const known = new LRUCache<string, true>({ max: addressesMax });
  const keyOf = (sessionId: string, address: string) => `${sessionId}/${address}`;
  const isKnown = (sessionId: string, addresses: readonly string[]) =>
    addresses.some((address) => known.has(keyOf(sessionId, address)));
  const note = (sessionId: string, chat: Identity) => {
    for (const address of addressesOf(chat)) known.set(keyOf(sessionId, address), true);
  };
  /** A chat that began under one address is kept under it until WhatsApp tells the other. */
  const hasRow = async ({ tenantId, sessionId }: SessionName, address: string) => {
    const Key = tableKeys.chat(tenantId, sessionId, address);
    const input = { TableName: table.tableName, Key, ProjectionExpression: 'lastMessageAt', ConsistentRead: true };
    const { Item } = await table.dynamodb.send(new GetCommand(input), deadline());
    return typeof Item?.lastMessageAt === 'string';
  };
  return {
    isNew: async (name, chat) => {
      const addresses = addressesOf(chat);
      if (kindOfChat(chat.id) !== 'person' || isKnown(name.sessionId, addresses)) return false;
      const rows = await Promise.all(addresses.map((address) => hasRow(name, address)));
      if (!rows.includes(true)) return true;
      note(name.sessionId, chat);
      return false;
    },
    isKnown,
    note,
  };
}
