import { type Page, queryPage } from '../storage/query-page.ts';
import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { TransactItem } from '../storage/transact-item.ts';
import type { Webhook } from './webhook.ts';

/** Webhooks as the API manages them; the event side reads them through `WebhookReader`. */
export interface WebhookDirectory {
  find(tenantId: string, webhookId: string): Promise<Webhook | undefined>;
  /** All of a tenant, or those of one scope (a session id, or `*` for the account). */
  list(
    tenantId: string,
    page: { readonly scope?: string; readonly limit: number; readonly after?: string },
  ): Promise<Page<Webhook>>;
}

/** @example await createWebhookDirectory({ dynamodb, tableName }).find(tenantId, 'wh_…') */
export function createWebhookDirectory(table: Table): WebhookDirectory {
  return {
    find: async (tenantId, webhookId) => {
      const pointer = await readItem<{ scope: string }>(table, tableKeys.webhookPointer(tenantId, webhookId));
      return pointer === undefined
        ? undefined
        : readItem<Webhook>(table, tableKeys.webhook(tenantId, pointer.scope, webhookId));
    },
    list: (tenantId, { scope, limit, after }) =>
      queryPage<Webhook>({
        ...table,
        key: listKey(tenantId, scope),
        limit,
        newestFirst: false,
        ...(after === undefined ? {} : { after }),
      }),
  };
}

/** The two items of a webhook that is new, or takes the place of one under its id, for a transaction that may hold more. */
export function webhookPuts(
  tableName: string,
  webhook: Webhook,
  place: 'is-new' | 'replaces' = 'is-new',
): TransactItem[] {
  const { tenantId, scope, webhookId } = webhook;
  const ConditionExpression = place === 'is-new' ? 'attribute_not_exists(pk)' : 'attribute_exists(pk)';
  return [
    { ...tableKeys.webhook(tenantId, scope, webhookId), ...webhook },
    { ...tableKeys.webhookPointer(tenantId, webhookId), tenantId, webhookId, scope },
  ].map((Item) => ({ Put: { TableName: tableName, Item, ConditionExpression } }));
}

/** What may change of a webhook; `null` takes a field away. */
export type WebhookChange = {
  readonly [Field in keyof Omit<Webhook, 'tenantId' | 'webhookId' | 'scope' | 'createdAt' | 'updatedAt'>]?:
    | Webhook[Field]
    | null
    | undefined;
};

/**
 * The part of a transaction that changes a webhook, refused when it has changed or gone since it was read; and the webhook as it is
 * then.
 *
 * @example const { item, changed } = webhookUpdate(tableName, webhook, { status: 'enabled', disabledReason: null }, at);
 */
export function webhookUpdate(
  tableName: string,
  webhook: Webhook,
  change: WebhookChange,
  nowMs: number,
): { readonly item: TransactItem; readonly changed: Webhook } {
  // Later than before, so that it tells two changes within one millisecond apart.
  const updatedAt = new Date(Math.max(nowMs, Date.parse(webhook.updatedAt) + 1)).toISOString();
  const fields = Object.entries({ ...change, updatedAt }).filter(([, value]) => value !== undefined);
  const kept = fields.filter(([, value]) => value !== null);
  const gone = fields.filter(([, value]) => value === null).map(([name]) => name);
  const removes = gone.length === 0 ? '' : ` REMOVE ${gone.map((name) => `#${name}`).join(', ')}`;
  const rest = Object.entries(webhook).filter(([name]) => !gone.includes(name));
  return {
    changed: Object.fromEntries([...rest, ...kept]) as unknown as Webhook,
    item: {
      Update: {
        TableName: tableName,
        Key: tableKeys.webhook(webhook.tenantId, webhook.scope, webhook.webhookId),
        UpdateExpression: `SET ${kept.map(([name]) => `#${name} = :${name}`).join(', ')}${removes}`,
        ConditionExpression: '#updatedAt = :before',
        ExpressionAttributeNames: Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ':before': webhook.updatedAt,
          ...Object.fromEntries(kept.map(([name, value]) => [`:${name}`, value])),
        },
      },
    },
  };
}

/** The deletion of both items of a webhook; with `is-there` refused when another request was faster. */
export function webhookDeletes(
  tableName: string,
  { tenantId, scope, webhookId }: Webhook,
  place: 'anyway' | 'is-there' = 'anyway',
): TransactItem[] {
  const condition = place === 'anyway' ? {} : { ConditionExpression: 'attribute_exists(pk)' };
  return [tableKeys.webhook(tenantId, scope, webhookId), tableKeys.webhookPointer(tenantId, webhookId)].map((Key) => ({
    Delete: { TableName: tableName, Key, ...condition },
  }));
}

/** `SCOPE#ses_…#` for one scope; for all of a tenant just `SCOPE#`. */
function listKey(tenantId: string, scope: string | undefined): { readonly pk: string; readonly sk: string } {
  const { pk, sk } = tableKeys.webhook(tenantId, scope ?? '', '');
  return { pk, sk: scope === undefined ? sk.slice(0, -1) : sk };
}
