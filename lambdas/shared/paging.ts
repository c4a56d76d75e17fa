import * as z from 'zod/mini';
import type { Cursors } from '../../core/http/cursor.ts';
import type { Page } from '../../core/storage/query-page.ts';
import type { Pagination } from './operation.ts';

const limitDefault = 25;
const limitMax = 100;
const cursorLengthMax = 500;

/** Query of every list. */
export const pageQuery = z.strictObject({
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(limitMax)), limitDefault),
  cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(cursorLengthMax))),
});

export type PageQuery = z.output<typeof pageQuery>;

/**
 * Answers one page of a list. `list` names tenant and list, so that a cursor of another list is refused.
 *
 * @example answerPage({ cursors, list: `${tenantId}/sessions`, query, read: (page) => sessions.list(tenantId, page), present })
 */
export async function answerPage<Item, Data>(options: {
  readonly cursors: Cursors;
  readonly list: string;
  readonly query: PageQuery;
  readonly read: (page: { readonly limit: number; readonly after?: string }) => Promise<Page<Item>>;
  readonly present: (item: Item) => Data;
}): Promise<{ readonly data: readonly Data[]; readonly pagination: Pagination }> {
  const { cursors, list, query } = options;
  const { limit } = query;
  const page = await options.read(
    query.cursor === undefined ? { limit } : { limit, after: await cursors.open(list, query.cursor) },
  );
  const nextCursor = page.next === undefined ? null : await cursors.seal(list, page.next);
  return { data: page.items.map(options.present), pagination: { nextCursor, hasMore: nextCursor !== null } };
}
