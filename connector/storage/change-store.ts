import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Message } from '../../core/messages/message.ts';
import { type ChangeContent, hasMedia } from '../../core/messages/message-content.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline } from './deadline.ts';
import type { SessionName } from './session-state.ts';
import { unlessRefused } from './unless-refused.ts';
import { updateItem } from './update-item.ts';

export interface AppliedChange {
  readonly target: Message;
  readonly content: ChangeContent;
  /** Id of who changed it. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Notes on a message's row what reactions, votes, edits and deletions have made of it. */
export interface ChangeStore {
  /** Safe to repeat. */
  apply(name: SessionName, change: AppliedChange): Promise<void>;
}

export interface ChangeStoreOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** A group of a thousand may all react; beyond this the row would outgrow its table, and the event still tells each. */
const entriesMax = 1_024;

/** @example await createChangeStore({ dynamodb, tableName }).apply(name, { target, content, by, at }) */
export function createChangeStore(table: ChangeStoreOptions): ChangeStore {
  const key = ({ tenantId, sessionId }: SessionName, messageId: string) =>
    tableKeys.message(tenantId, sessionId, messageId);
  return {
    apply: async (name, { target, content, by, at }) => {
      const place = { ...table, key: key(name, target.messageId) };
      switch (content.type) {
        case 'reaction':
          return setEntry(place, { map: 'reactions', entry: by, value: content.emoji || undefined, at });
        case 'poll_vote': {
          const value = content.options.length === 0 ? undefined : content.options;
          return setEntry(place, { map: 'votes', entry: by, value, at });
        }
        case 'edit': {
          const set = { content: edited(target, content.text), editedAt: at, updatedAt: at };
          await updateItem({ ...place, set, condition: 'attribute_exists(pk)' });
          return;
        }
        case 'delete':
          // What was deleted is not kept: neither its words nor the bytes that lead to its medium.
          await updateItem({
            ...place,
            set: { content: emptied(target), deletedAt: at, updatedAt: at },
            remove: ['sealedProtocol', 'mediaBytes'],
            condition: 'attribute_exists(pk)',
          });
      }
    },
  };
}

function edited({ content }: Message, text: string): Message['content'] {
  if (content.type === 'text') return { type: 'text', text };
  if (!hasMedia(content)) return content;
  const { caption, ...medium } = content;
  return text === '' ? medium : { ...medium, caption: text };
}

function emptied({ content }: Message): Message['content'] {
  switch (content.type) {
    case 'text':
      return { type: 'text', text: '' };
    case 'contacts':
      return { type: 'contacts', contacts: [] };
    case 'poll':
      return { type: 'poll', poll: { question: '', options: [], selectableCount: 0 } };
    case 'location':
    case 'group_invite':
    case 'event':
    case 'order':
    case 'product':
      return { type: 'text', text: '' };
    default: {
      if (!hasMedia(content)) return content;
      const { caption, ...medium } = content;
      return medium;
    }
  }
}

interface Place {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly key: { readonly pk: string; readonly sk: string };
}

interface Entry {
  readonly map: 'reactions' | 'votes';
  readonly entry: string;
  /** `undefined` takes the entry away. */
  readonly value: unknown;
  readonly at: string;
}

/** An entry of a map can only be set in a map that is there, so the first one makes it. */
async function setEntry({ dynamodb, tableName, key }: Place, { map, entry, value, at }: Entry): Promise<void> {
  const update = (expression: string, condition: string, extra: Record<string, unknown>, names = {}) =>
    unlessRefused(
      dynamodb.send(
        new UpdateCommand({
          TableName: tableName,
          Key: key,
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#map': map, ...names },
          ...(Object.keys(extra).length === 0 ? {} : { ExpressionAttributeValues: extra }),
        }),
        deadline(),
      ),
    );
  const named = { '#entry': entry };
  if (value === undefined) {
    await update('REMOVE #map.#entry SET updatedAt = :at', 'attribute_exists(#map)', { ':at': at }, named);
    return;
  }
  const into = { ':value': value, ':at': at, ':max': entriesMax };
  const condition = 'attribute_exists(#map) AND size(#map) < :max';
  if (await update('SET #map.#entry = :value, updatedAt = :at', condition, into, named)) return;
  const first = { ':first': { [entry]: value }, ':at': at };
  await update('SET #map = :first, updatedAt = :at', 'attribute_exists(pk) AND attribute_not_exists(#map)', first);
}
