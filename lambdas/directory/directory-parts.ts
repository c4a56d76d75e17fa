import type { Principal } from '../../core/accounts/principal.ts';
import type { FindAlternate } from '../../core/directory/address-book.ts';
import type { DirectoryRepository } from '../../core/directory/directory-repository.ts';
import type { Cursors } from '../../core/http/cursor.ts';
import { notFound } from '../../core/http/not-found.ts';
import type { Page } from '../../core/storage/query-page.ts';
import type { PathVariables } from '../shared/operation.ts';
import type { PageQuery } from '../shared/paging.ts';
import { answerPage } from '../shared/paging.ts';
import type { CallParts, CallRequest } from './call-connector.ts';

export interface DirectoryParts extends CallParts {
  readonly directory: DirectoryRepository;
  readonly findAlternate: FindAlternate;
  readonly cursors: Cursors;
}

interface SessionRequest {
  readonly principal: Principal;
  readonly path: PathVariables;
  readonly requestId: string;
}

/** Whose session a request means. */
export function callRequest({ principal: { tenantId }, path, requestId }: SessionRequest): CallRequest {
  return { tenantId, sessionId: path('sessionId'), requestId };
}

/** One page of a list of a session that exists. Throws `NOT_FOUND`. */
export async function listOfSession<Item, Data>(
  { principal: { tenantId }, path, query }: SessionRequest & { readonly query: PageQuery },
  { sessions, cursors }: DirectoryParts,
  list: {
    readonly name: string;
    readonly read: (
      tenantId: string,
      sessionId: string,
      page: { readonly limit: number; readonly after?: string },
    ) => Promise<Page<Item>>;
    readonly present: (item: Item) => Data;
  },
) {
  const sessionId = path('sessionId');
  if ((await sessions.find(tenantId, sessionId)) === undefined) throw notFound('session');
  return answerPage({
    cursors,
    list: `${tenantId}/${list.name}/${sessionId}`,
    query,
    read: (page) => list.read(tenantId, sessionId, page),
    present: list.present,
  });
}
