import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { BoundedCache } from '../cache/bounded-cache.ts';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { Webhook } from './webhook.ts';

/** Scope of a webhook that takes the events of every session of the account. */
export const accountScope = '*';

/** Where a webhook's row is. */
export interface WebhookPlace {
  readonly tenantId: string;
  readonly scope: string;
  readonly webhookId: string;
}

/** What the event side needs of webhooks. */
export interface WebhookReader {
  /** Webhooks of a session and of its account, enabled or not. */
  ofSession(tenantId: string, sessionId: string): Promise<readonly Webhook[]>;
  find(place: WebhookPlace): Promise<Webhook | undefined>;
  /** Switches a webhook off; nothing happens when it is off or deleted already. */
  disable(place: WebhookPlace, reason: string): Promise<void>;
  /** Writes on the row by which lane its deliveries go; nothing happens when it was deleted. */
  setLane(place: WebhookPlace, lane: 'fast' | 'slow'): Promise<void>;
}

export interface WebhookReaderOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The `control` table. */
  readonly tableName: string;
  readonly now?: () => number;
}

/** Changes to a webhook take effect after this long. */
const cacheMs = 5_000;
const cachedEntriesMax = 5_000;

/**
 * Reads webhooks with a short cache. The empty list of a session is never cached, so that its first webhook misses nothing; that of an
 * account is, because most accounts have none and each event asks.
 *
 * @example const webhooks = await createWebhookReader({ dynamodb, tableName }).ofSession(tenantId, sessionId);
 */
export function createWebhookReader(options: WebhookReaderOptions): WebhookReader {
  const now = options.now ?? Date.now;
  const bounds = { entriesMax: cachedEntriesMax, maxAgeMs: cacheMs, now };
  const lists = new BoundedCache<string, readonly Webhook[]>(bounds);
  const single = new BoundedCache<string, Webhook>(bounds);

  const ofScope = async (tenantId: string, scope: string): Promise<readonly Webhook[]> => {
    const cached = lists.get(`${tenantId}/${scope}`);
    if (cached !== undefined) return cached;
    const webhooks = await queryScope(options, tenantId, scope);
    if (webhooks.length > 0 || scope === accountScope) lists.set(`${tenantId}/${scope}`, webhooks);
    return webhooks;
  };

  const forget = (place: WebhookPlace): void => {
    single.delete(`${place.tenantId}/${place.webhookId}`);
    lists.delete(`${place.tenantId}/${place.scope}`);
  };

  return {
    ofSession: async (tenantId, sessionId) =>
      (await Promise.all([ofScope(tenantId, sessionId), ofScope(tenantId, accountScope)])).flat(),
    find: async (place) => {
      const key = `${place.tenantId}/${place.webhookId}`;
      const cached = single.get(key);
      if (cached !== undefined) return cached;
      const webhook = await readWebhook(options, place);
      if (webhook !== undefined) single.set(key, webhook);
      return webhook;
    },
    disable: async (place, reason) => {
      await updateWebhook(options, place, {
        UpdateExpression: 'SET #status = :disabled, disabledReason = :reason, updatedAt = :at',
        ConditionExpression: '#status = :enabled',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':disabled': 'disabled',
          ':enabled': 'enabled',
          ':reason': reason,
          ':at': new Date(now()).toISOString(),
        },
      });
      forget(place);
    },
    setLane: async (place, lane) => {
      await updateWebhook(options, place, {
        ConditionExpression: 'attribute_exists(pk)',
        ...(lane === 'fast'
          ? { UpdateExpression: 'REMOVE lane' }
          : { UpdateExpression: 'SET lane = :slow', ExpressionAttributeValues: { ':slow': 'slow' } }),
      });
      forget(place);
    },
  };
}

async function queryScope(options: WebhookReaderOptions, tenantId: string, scope: string): Promise<Webhook[]> {
  const { pk, sk } = tableKeys.webhook(tenantId, scope, '');
  const webhooks: Webhook[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await options.dynamodb.send(
      new QueryCommand({
        TableName: options.tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
        ConsistentRead: true,
        ExclusiveStartKey: from,
      }),
    );
    webhooks.push(...((page.Items ?? []) as Webhook[]));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return webhooks;
}

async function readWebhook(options: WebhookReaderOptions, place: WebhookPlace): Promise<Webhook | undefined> {
  const { Item } = await options.dynamodb.send(
    new GetCommand({
      TableName: options.tableName,
      Key: tableKeys.webhook(place.tenantId, place.scope, place.webhookId),
      ConsistentRead: true,
    }),
  );
  return Item as Webhook | undefined;
}

/** A condition that fails means that there is nothing left to change. */
async function updateWebhook(
  options: WebhookReaderOptions,
  place: WebhookPlace,
  change: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
): Promise<void> {
  try {
    await options.dynamodb.send(
      new UpdateCommand({
        TableName: options.tableName,
        Key: tableKeys.webhook(place.tenantId, place.scope, place.webhookId),
        ...change,
      }),
    );
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}
