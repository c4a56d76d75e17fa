import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Message, MessageStatus } from '../../core/messages/message.ts';
import { chatKeys } from '../../core/messages/message-repository.ts';
import { statusesBefore } from '../../core/messages/message-status.ts';
import type { Sealer } from '../../core/sealing/sealer.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline, isRefused } from './deadline.ts';
import type { SessionName } from './session-state.ts';
import { updateItem } from './update-item.ts';

/** Fields that come with a status. */
export type MessageProgress = Pick<Message, 'updatedAt'> &
  Partial<Pick<Message, 'failureReason' | 'sentAt' | 'deliveredAt' | 'readAt' | 'playedAt'>>;

/** What sending finds out about a message before it leaves. */
export type MessageFindings = Partial<Pick<Message, 'content' | 'chat'>>;

/** A row as it lies in the table: with WhatsApp's own bytes, sealed, which no API function can read. */
type MessageItem = Message & { readonly sealedProtocol?: Uint8Array };

/** Message rows of the sessions that this process owns. */
export interface MessageStore {
  find(name: SessionName, messageId: string): Promise<Message | undefined>;
  /** The engine's own bytes of a message that came in or was composed; `undefined` when they are not kept. */
  findProtocol(name: SessionName, messageId: string): Promise<Uint8Array | undefined>;
  /** Writes a message that came in; a repeat of the same message changes nothing. */
  putOnce(message: Message, protocol?: Uint8Array): Promise<void>;
  /** Keeps what was composed, before it is sent. */
  keepComposed(message: Message, protocol: Uint8Array, findings: MessageFindings): Promise<void>;
  /** Replaces the content of a message, for example when its medium has arrived. False when the row is gone. */
  setContent(name: SessionName, messageId: string, content: Message['content'], updatedAt: string): Promise<boolean>;
  /** Moves an outbound message forward; `undefined` when it is there already or further, or does not exist. */
  advance(
    name: SessionName,
    messageId: string,
    status: MessageStatus,
    progress: MessageProgress,
  ): Promise<Message | undefined>;
  /** Notes that a message which has not left must wait; `undefined` when it has left, failed, or does not exist. */
  park(
    name: SessionName,
    messageId: string,
    wait: Required<Pick<Message, 'waitingFor' | 'waitingUntil' | 'updatedAt'>>,
  ): Promise<Message | undefined>;
}

export interface MessageStoreOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly sealer: Sealer;
}

/** Sealed bytes above this stay out of the row, which DynamoDB bounds to 400 kB together with its text. */
const protocolBytesMax = 66_000;
/** Statuses after which the bytes of a medium in the row are not needed any more. */
const leftStatuses: ReadonlySet<MessageStatus> = new Set(['sent', 'delivered', 'read', 'played', 'failed']);

/** @example await createMessageStore({ dynamodb, tableName, sealer }).advance(name, id, 'sent', { updatedAt, sentAt }) */
export function createMessageStore(table: MessageStoreOptions): MessageStore {
  const { dynamodb, tableName, sealer } = table;
  const key = ({ tenantId, sessionId }: SessionName, messageId: string) =>
    tableKeys.message(tenantId, sessionId, messageId);
  const context = ({ sessionId }: SessionName, messageId: string) => `message/${sessionId}/${messageId}`;
  const seal = async (name: SessionName, messageId: string, protocol: Uint8Array | undefined) =>
    protocol === undefined || protocol.length > protocolBytesMax
      ? {}
      : { sealedProtocol: await sealer.seal(name.tenantId, protocol, context(name, messageId)) };
  const find = async (name: SessionName, messageId: string): Promise<MessageItem | undefined> => {
    const input = { TableName: tableName, Key: key(name, messageId), ConsistentRead: true };
    const { Item } = await dynamodb.send(new GetCommand(input), deadline());
    return Item as MessageItem | undefined;
  };
  return {
    find,
    findProtocol: async (name, messageId) => {
      const sealed = (await find(name, messageId))?.sealedProtocol;
      return sealed === undefined ? undefined : sealer.open(name.tenantId, sealed, context(name, messageId));
    },
    putOnce: async (message, protocol) => {
      const { messageId } = message;
      const Item = {
        ...key(message, messageId),
        ...chatKeys(message),
        ...message,
        ...(await seal(message, messageId, protocol)),
      };
      try {
        const ConditionExpression = 'attribute_not_exists(pk)';
        await dynamodb.send(new PutCommand({ TableName: tableName, Item, ConditionExpression }), deadline());
      } catch (error) {
        // WhatsApp delivered it a second time.
        if (!isRefused(error)) throw error;
      }
    },
    keepComposed: async (message, protocol, findings) => {
      const { messageId } = message;
      await updateItem({
        ...table,
        key: key(message, messageId),
        set: {
          ...findings,
          ...(findings.chat === undefined ? {} : chatKeys({ ...message, chat: findings.chat })),
          ...(await seal(message, messageId, protocol)),
        },
        condition: 'attribute_exists(pk)',
      });
    },
    setContent: async (name, messageId, content, updatedAt) => {
      const set = { content, updatedAt };
      const kept = await updateItem({ ...table, key: key(name, messageId), set, condition: 'attribute_exists(pk)' });
      return kept !== undefined;
    },
    advance: async (name, messageId, status, progress) => {
      const before = statusesBefore(status);
      return updateItem<Message>({
        ...table,
        key: key(name, messageId),
        set: { status, ...progress },
        remove: ['waitingFor', 'waitingUntil', ...(leftStatuses.has(status) ? ['mediaBytes'] : [])],
        condition: `#direction = :outbound AND #status IN (${before.map((_, n) => `:before${n}`).join(', ')})`,
        conditionNames: { '#direction': 'direction', '#status': 'status' },
        conditionValues: {
          ':outbound': 'outbound',
          ...Object.fromEntries(before.map((each, n) => [`:before${n}`, each])),
        },
      });
    },
    park: (name, messageId, wait) => park(table, key(name, messageId), wait),
  };
}

/** Back from `sending` too: WhatsApp refused the message, so that nothing has left. */
function park(
  table: MessageStoreOptions,
  key: Readonly<Record<string, string>>,
  wait: Parameters<MessageStore['park']>[2],
): Promise<Message | undefined> {
  return updateItem<Message>({
    ...table,
    key,
    set: { status: 'queued', ...wait },
    condition: '#status IN (:queued, :sending)',
    conditionNames: { '#status': 'status' },
    conditionValues: { ':queued': 'queued', ':sending': 'sending' },
  });
}
