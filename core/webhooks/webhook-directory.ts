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

/** The two items of a webhook, for a transaction that may hold more. */
export function webhookPuts(tableName: string, webhook: Webhook): TransactItem[] {
  const { tenantId, scope, webhookId } = webhook;
  return [
    { ...tableKeys.webhook(tenantId, scope, webhookId), ...webhook },
    { ...tableKeys.webhookPointer(tenantId, webhookId), tenantId, webhookId, scope },
  ].map((Item) => ({ Put: { TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } }));
}

/** The deletion of both items of a webhook. */
export function webhookDeletes(tableName: string, { tenantId, scope, webhookId }: Webhook): TransactItem[] {
  return [tableKeys.webhook(tenantId, scope, webhookId), tableKeys.webhookPointer(tenantId, webhookId)].map((Key) => ({
    Delete: { TableName: tableName, Key },
  }));
}

/** `SCOPE#ses_…#` for one scope; for all of a tenant just `SCOPE#`. */
function listKey(tenantId: string, scope: string | undefined): { readonly pk: string; readonly sk: string } {
  const { pk, sk } = tableKeys.webhook(tenantId, scope ?? '', '');
  return { pk, sk: scope === undefined ? sk.slice(0, -1) : sk };
}
