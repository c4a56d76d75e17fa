import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tableKeys } from '../../core/storage/table-keys.ts';
import type { ClientVersionStore } from '../engine/client-versions.ts';
import { deadline } from './deadline.ts';
import { unlessRefused } from './unless-refused.ts';

export interface ClientVersionRowOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The fleet table. */
  readonly tableName: string;
}

/**
 * The fleet's knowledge of the web client's version: one row, `{revision, lookedAtMs}`. Clocks of workers may differ by seconds; the worst
 * that follows is one look more.
 *
 * @example const store = createClientVersionRow({ dynamodb, tableName: 'wharf-fleet' });
 */
export function createClientVersionRow({ dynamodb, tableName }: ClientVersionRowOptions): ClientVersionStore {
  const row = { TableName: tableName, Key: tableKeys.clientVersion() };
  return {
    read: async () => {
      const { Item } = await dynamodb.send(new GetCommand({ ...row, ConsistentRead: true }), deadline());
      return Item?.revision as number | undefined;
    },
    mayLook: (nowMs, sinceMs) => {
      const command = new UpdateCommand({
        ...row,
        UpdateExpression: 'SET lookedAtMs = :now',
        ConditionExpression: 'attribute_not_exists(lookedAtMs) OR lookedAtMs <= :before',
        ExpressionAttributeValues: { ':now': nowMs, ':before': nowMs - sinceMs },
      });
      return unlessRefused(dynamodb.send(command, deadline()));
    },
    write: async (revision) => {
      const command = new UpdateCommand({
        ...row,
        UpdateExpression: 'SET revision = :revision',
        ConditionExpression: 'attribute_not_exists(revision) OR revision < :revision',
        ExpressionAttributeValues: { ':revision': revision },
      });
      await unlessRefused(dynamodb.send(command, deadline()));
    },
  };
}
