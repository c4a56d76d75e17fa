import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { StoredMedia } from './media.ts';

export interface MediaRepository {
  find(tenantId: string, sessionId: string, mediaId: string): Promise<StoredMedia | undefined>;
  /** Writing the same row again changes nothing. */
  put(media: StoredMedia): Promise<void>;
}

/** Rows of media, in the messages table. @example await createMediaRepository(messages).find(tenantId, sessionId, 'med_…') */
export function createMediaRepository(messages: Table): MediaRepository {
  return {
    find: async (tenantId, sessionId, mediaId) => {
      const row = await readItem<StoredMedia & { pk: string; sk: string }>(
        messages,
        tableKeys.media(tenantId, sessionId, mediaId),
      );
      if (row === undefined) return undefined;
      const { pk, sk, ...media } = row;
      return media;
    },
    put: async (media) => {
      const { tenantId, sessionId, id } = media;
      await messages.dynamodb.send(
        new PutCommand({
          TableName: messages.tableName,
          Item: { ...tableKeys.media(tenantId, sessionId, id), ...media },
        }),
      );
    },
  };
}
