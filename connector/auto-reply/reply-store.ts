import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { ReplyHistory } from '../../core/auto-reply/index.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline } from '../storage/deadline.ts';
import type { SessionName } from '../storage/session-state.ts';
import { updateItem } from '../storage/update-item.ts';

/** The history of one chat; `rev` counts its answers. */
export interface StoredHistory extends ReplyHistory {
  readonly rev: number;
  /** The newest answer and the rule that gave it, so that a message that comes again is answered as it was. */
  readonly lastAnswerId?: string;
  readonly lastRuleId?: string;
}

/** What was answered in which chat. */
export interface ReplyStore {
  find(name: SessionName, chatId: string): Promise<StoredHistory | undefined>;
  /** Writes the history after an answer. False when an answer, of a rule or of a person, has been noted since it was read. */
  noteAnswer(name: SessionName, chatId: string, history: StoredHistory, expiresAtSeconds: number): Promise<boolean>;
  /** Notes when a person answered; an older moment than the noted one changes nothing. */
  noteHuman(name: SessionName, chatId: string, atMs: number, expiresAtSeconds: number): Promise<void>;
  /** Whether this contact wrote to the session before. */
  hasWritten(name: SessionName, chatId: string): Promise<boolean>;
}

/** @example await createReplyStore({ dynamodb, tableName }).find(name, '81234@lid') */
export function createReplyStore(table: {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
}): ReplyStore {
  const { dynamodb, tableName } = table;
  const keyOf = ({ tenantId, sessionId }: SessionName, chatId: string) =>
    tableKeys.replyHistory(tenantId, sessionId, chatId);
  const read = async (Key: Record<string, string>) => {
    const { Item } = await dynamodb.send(
      new GetCommand({ TableName: tableName, Key, ConsistentRead: true }),
      deadline(),
    );
    return Item;
  };
  return {
    find: async (name, chatId) => {
      const item = await read(keyOf(name, chatId));
      if (item === undefined) return undefined;
      // A person's answer alone makes a row without the rest.
      return { answeredAtByRule: {}, answeredAt: [], rev: 0, ...item };
    },
    noteAnswer: async (name, chatId, { rev, humanAt, ...fields }, expiresAtSeconds) => {
      const noted = await updateItem({
        ...table,
        key: keyOf(name, chatId),
        set: { ...fields, rev, expiresAtSeconds },
        condition: `(attribute_not_exists(rev) OR rev = :before) AND ${
          humanAt === undefined ? 'attribute_not_exists(humanAt)' : 'humanAt = :humanAt'
        }`,
        conditionValues: { ':before': rev - 1, ...(humanAt === undefined ? {} : { ':humanAt': humanAt }) },
      });
      return noted !== undefined;
    },
    noteHuman: async (name, chatId, humanAt, expiresAtSeconds) => {
      await updateItem({
        ...table,
        key: keyOf(name, chatId),
        set: { humanAt, expiresAtSeconds },
        condition: 'attribute_not_exists(humanAt) OR humanAt < :humanAt',
        conditionValues: { ':humanAt': humanAt },
      });
    },
    hasWritten: async ({ tenantId, sessionId }, chatId) => {
      const chat = await read(tableKeys.chat(tenantId, sessionId, chatId));
      return typeof chat?.lastReceivedAt === 'string';
    },
  };
}
