import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { newId } from '../ids.ts';
import { type Page, queryPage } from '../storage/query-page.ts';
import type { Table } from '../storage/table.ts';
import { tableKeys, timeToLiveAttribute } from '../storage/table-keys.ts';
import type { TransactItem } from '../storage/transact-item.ts';
import { type AuditEntry, type AuditNote, boundNote } from './audit-entry.ts';

/**
 * The trail of an account: rows that are only ever added, by time, gone after 400 days. An entry whose deed is a transaction joins it
 * (`entryItem`), so that neither is there without the other; other deeds are noted right after.
 */
export interface AuditTrail {
  append(note: AuditNote): Promise<AuditEntry>;
  /** The same as a part of a transaction. */
  entryItem(note: AuditNote): TransactItem;
  /** Newest first. `after` is `next` of the page before. */
  list(tenantId: string, page: { readonly limit: number; readonly after?: string }): Promise<Page<AuditEntry>>;
}

export interface AuditTrailOptions extends Table {
  readonly now?: () => number;
}

/** A year, and a month to notice. */
const keptSeconds = 400 * 24 * 60 * 60;

/** @example await createAuditTrail({ dynamodb, tableName }).append({ tenantId, action: 'api_key.revoked', actor, subjectId: keyId }) */
export function createAuditTrail(options: AuditTrailOptions): AuditTrail {
  const now = options.now ?? Date.now;
  return {
    append: async (note) => {
      const { entry, put } = entryPut(options.tableName, note, now());
      await options.dynamodb.send(new PutCommand(put));
      return entry;
    },
    entryItem: (note) => ({ Put: entryPut(options.tableName, note, now()).put }),
    list: async (tenantId, { limit, after }) => {
      const page = await queryPage<Record<string, unknown>>({
        dynamodb: options.dynamodb,
        tableName: options.tableName,
        key: tableKeys.audit(tenantId, ''),
        limit,
        newestFirst: true,
        filter: {
          // DynamoDB removes rows up to two days after their time.
          expression: '#expires > :now',
          names: { '#expires': timeToLiveAttribute },
          values: { ':now': Math.floor(now() / 1_000) },
        },
        ...(after !== undefined && { after }),
      });
      return { ...page, items: page.items.map(toEntry) };
    },
  };
}

function entryPut(tableName: string, note: AuditNote, nowMs: number) {
  const entry: AuditEntry = { ...boundNote(note), auditId: newId('aud'), at: new Date(nowMs).toISOString() };
  const put = {
    TableName: tableName,
    Item: {
      ...tableKeys.audit(note.tenantId, `${entry.at}#${entry.auditId}`),
      ...entry,
      [timeToLiveAttribute]: Math.floor(nowMs / 1_000) + keptSeconds,
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  };
  return { entry, put };
}

function toEntry(row: Record<string, unknown>): AuditEntry {
  const { pk: _pk, sk: _sk, [timeToLiveAttribute]: _expires, ...entry } = row;
  return entry as unknown as AuditEntry;
}
