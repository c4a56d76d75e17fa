import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AddressRow } from '../../core/directory/address-book.ts';
import type { Chat } from '../../core/directory/chat.ts';
import type { Contact } from '../../core/directory/contact.ts';
import type { Identity } from '../../core/identity.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import type { GroupSnapshot } from '../engine/port.ts';
import { deadline } from './deadline.ts';
import type { SessionName } from './session-state.ts';
import { updateItem } from './update-item.ts';

/** A group's row also says how its members are written to. */
type GroupItem = GroupSnapshot['group'] & { readonly addressing?: GroupSnapshot['addressing'] };

/** What a message tells about its chat. */
export interface ChatNews {
  readonly identity: Identity;
  readonly kind: Chat['kind'];
  readonly messageId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly received: boolean;
}

/** Chats, contacts, groups and addresses of the sessions that this process owns. */
export interface DirectoryStore {
  /** Safe to repeat; an older message changes nothing. WhatsApp counts in seconds, so of two in one second the later written wins. */
  noteChat(name: SessionName, news: ChatNews): Promise<void>;
  /** A chat from before the link; what is known of it already stays. */
  notePastChat(name: SessionName, chat: Identity, lastMessageAt: string): Promise<void>;
  setDisappearing(name: SessionName, chat: Identity, seconds: number | null, at: string): Promise<void>;
  findContact(name: SessionName, contactId: string): Promise<Contact | undefined>;
  putContact(name: SessionName, contact: Contact): Promise<void>;
  /** Writes both directions of a pair. */
  putAddresses(name: SessionName, phoneAddress: string, lid: string, at: string): Promise<void>;
  putGroup(name: SessionName, snapshot: GroupSnapshot): Promise<void>;
  findGroup(name: SessionName, groupId: string): Promise<GroupSnapshot | undefined>;
}

/** @example await createDirectoryStore({ dynamodb, tableName }).noteChat(name, news) */
export function createDirectoryStore(table: {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
}): DirectoryStore {
  const { dynamodb, tableName } = table;
  const put = async (Item: Record<string, unknown>) => {
    await dynamodb.send(new PutCommand({ TableName: tableName, Item }), deadline());
  };
  const chatKey = ({ tenantId, sessionId }: SessionName, chatId: string) => tableKeys.chat(tenantId, sessionId, chatId);
  const putAddress = ({ tenantId, sessionId }: SessionName, row: AddressRow) =>
    put({ ...tableKeys.alternateAddress(tenantId, sessionId, row.address), ...row });
  return {
    noteChat: async (name, { identity, kind, messageId, at, received }) => {
      const chatId = identity.id;
      await updateItem({
        ...table,
        key: chatKey(name, chatId),
        set: {
          chatId,
          identity,
          kind,
          lastMessageAt: at,
          lastMessageId: messageId,
          ...(received ? { lastReceivedAt: at } : {}),
          updatedAt: at,
        },
        setOnce: { disappearingSeconds: null, ...(received ? {} : { lastReceivedAt: null }) },
        condition: 'attribute_not_exists(lastMessageAt) OR lastMessageAt <= :at OR lastMessageAt = :none',
        conditionValues: { ':at': at, ':none': null },
      });
    },
    notePastChat: async (name, identity, lastMessageAt) => {
      const unknown = { lastMessageId: null, lastReceivedAt: null, disappearingSeconds: null };
      await updateItem({
        ...table,
        key: chatKey(name, identity.id),
        set: { lastMessageAt, updatedAt: lastMessageAt },
        setOnce: { chatId: identity.id, identity, kind: kindOfChat(identity.id), ...unknown },
        condition: 'attribute_not_exists(lastMessageAt) OR lastMessageAt = :none',
        conditionValues: { ':none': null },
      });
    },
    setDisappearing: async (name, identity, disappearingSeconds, updatedAt) => {
      await updateItem({
        ...table,
        key: chatKey(name, identity.id),
        set: { chatId: identity.id, identity, kind: kindOfChat(identity.id), disappearingSeconds, updatedAt },
        setOnce: { lastMessageAt: null, lastMessageId: null, lastReceivedAt: null },
      });
    },
    findContact: async ({ tenantId, sessionId }, contactId) => {
      const Key = tableKeys.contact(tenantId, sessionId, contactId);
      const { Item } = await dynamodb.send(new GetCommand({ TableName: tableName, Key }), deadline());
      return Item as Contact | undefined;
    },
    putContact: async (name, contact) => {
      await put({ ...tableKeys.contact(name.tenantId, name.sessionId, contact.id), ...contact });
    },
    putAddresses: async (name, phoneAddress, lid, updatedAt) => {
      await Promise.all([
        putAddress(name, { address: phoneAddress, alternate: lid, updatedAt }),
        putAddress(name, { address: lid, alternate: phoneAddress, updatedAt }),
      ]);
    },
    putGroup: async ({ tenantId, sessionId }, { group, addressing }) => {
      await put({ ...tableKeys.group(tenantId, sessionId, group.groupId), ...group, addressing });
    },
    findGroup: async ({ tenantId, sessionId }, groupId) => {
      const Key = tableKeys.group(tenantId, sessionId, groupId);
      const { Item } = await dynamodb.send(new GetCommand({ TableName: tableName, Key }), deadline());
      if (Item === undefined) return undefined;
      const { pk, sk, addressing, ...group } = Item as GroupItem & { readonly pk: string; readonly sk: string };
      return { group, addressing: addressing ?? 'lid' };
    },
  };
}

export function kindOfChat(chatId: string): Chat['kind'] {
  if (chatId.endsWith('@g.us')) return 'group';
  if (chatId.endsWith('@newsletter')) return 'channel';
  return chatId === 'status@broadcast' ? 'status' : 'person';
}
