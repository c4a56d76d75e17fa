import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline } from './deadline.ts';
import type { SessionName } from './session-state.ts';

/** A medium that must still be fetched. The keys to it lie sealed on the row of its message. */
export interface MediaJob extends SessionName {
  readonly messageId: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface MediaJobStore {
  put(job: MediaJob): Promise<void>;
  delete(job: MediaJob): Promise<void>;
  /** The jobs of a session, at most `jobsMax`. */
  list(name: SessionName): Promise<MediaJob[]>;
}

/** WhatsApp keeps media for about two weeks; a job of a session that never comes back ends with them. */
const jobSeconds = 14 * 86_400;
const jobsMax = 1_000;

/** @example for (const job of await createMediaJobStore({ dynamodb, tableName }).list(name)) … */
export function createMediaJobStore(table: {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
}): MediaJobStore {
  const { dynamodb, tableName: TableName } = table;
  const keyOf = ({ tenantId, sessionId, messageId }: MediaJob) => tableKeys.mediaJob(tenantId, sessionId, messageId);
  return {
    put: async (job) => {
      const { tenantId, sessionId, messageId, createdAt } = job;
      const expiresAtSeconds = Math.floor(Date.parse(createdAt) / 1000) + jobSeconds;
      const Item = { ...keyOf(job), tenantId, sessionId, messageId, createdAt, expiresAtSeconds };
      await dynamodb.send(new PutCommand({ TableName, Item }), deadline());
    },
    delete: async (job) => {
      await dynamodb.send(new DeleteCommand({ TableName, Key: keyOf(job) }), deadline());
    },
    list: async ({ tenantId, sessionId }) => {
      const { pk, sk } = tableKeys.mediaJob(tenantId, sessionId, '');
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
          ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
          Limit: jobsMax,
          ConsistentRead: true,
        }),
        deadline(),
      );
      return Items as MediaJob[];
    },
  };
}
