import type * as z from 'zod/mini';
import type { Principal, UserPrincipal } from '../../core/accounts/principal.ts';
import type { RequestClient } from '../../core/accounts/request-client.ts';
import type { Scope } from '../../core/accounts/scopes.ts';
import type { ErrorCode } from '../../core/error-catalogue.ts';
import type { ApiRoute } from '../../core/http/api-routes.ts';
import type { IdPrefix } from '../../core/ids.ts';
import type { PassedBuckets } from './limit-requests.ts';

/** `open` asks for no credential, `login` for a login token, `admin` for one of an administrator; a scope takes a token or a key that has it. */
export type Access = 'open' | 'login' | 'admin' | Scope;

/**
 * What the API promises of one route. Requests are checked against it, the type of the answer follows from it, and the OpenAPI file
 * is made of it; it holds no work and no dependency.
 */
export interface Operation<Body = unknown, Query = unknown, Data = unknown, A extends Access = Access> {
  /** `operationId` of OpenAPI. */
  readonly id: string;
  readonly method: ApiRoute['method'];
  /** As in `apiRoutes`. */
  readonly path: string;
  readonly summary: string;
  /** What does not fit the summary, in Markdown. */
  readonly description?: string;
  readonly access: A;
  /** A session key may call it although the path names no session; the work itself holds the key to its session. */
  readonly takesSessionKeys?: true;
  /**
   * It creates or sends, and takes an `Idempotency-Key`: the kind of id that it makes the thing under. Such an operation may also answer
   * with `IDEMPOTENCY_KEY_INVALID`, `IDEMPOTENCY_IN_PROGRESS` and `IDEMPOTENCY_MISMATCH`.
   */
  readonly reserves?: IdPrefix | 'message';
  readonly body?: z.ZodMiniType<Body>;
  readonly query?: z.ZodMiniType<Query>;
  readonly status: 200 | 201 | 202;
  /** `data` of the answer; of one element when the answer is a list. `z.never()` when no answer is of this form. */
  readonly data: z.ZodMiniType<Data>;
  /** It may answer 302 with the address of the thing itself. */
  readonly redirects?: true;
  /** The answer is a list. May be left out where the query has a cursor. */
  readonly list?: true;
  /** Media types of answers that are not of the usual form, such as a picture. */
  readonly contentTypes?: readonly string[];
  /** Codes that it may answer besides those of every route of its access. */
  readonly errors: readonly ErrorCode[];
}

export interface ApiRequest<Body = undefined, Query = undefined, A extends Access = Access> {
  readonly requestId: string;
  readonly principal: PrincipalOf<A>;
  readonly client: RequestClient;
  /** Path variables, checked for their form. */
  readonly path: PathVariables;
  readonly body: Body;
  readonly query: Query;
  /** The id to make the thing under, if the operation reserves one: the same one in every attempt at one `Idempotency-Key`. */
  readonly reservedId: string;
  /** Buckets that the request passed; the answer's headers tell of what is added. */
  readonly passedBuckets: PassedBuckets;
}

export type PrincipalOf<A extends Access> = A extends 'open'
  ? undefined
  : A extends 'login' | 'admin'
    ? UserPrincipal
    : Principal;

/** Reads a path variable; one that the path does not have is a fault of ours. */
export type PathVariables = (name: string) => string;

export interface Pagination {
  readonly nextCursor: string | null;
  readonly hasMore: boolean;
}

/** The answer of an operation: data, or something that is not JSON. */
export type Answer<Data> =
  | { readonly data: Data; readonly pagination?: Pagination; readonly headers?: Readonly<Record<string, string>> }
  | { readonly redirect: string }
  | {
      readonly content: Uint8Array | string;
      readonly contentType: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** An operation and the work that answers it. */
export interface BoundOperation {
  readonly operation: Operation;
  readonly run: (request: ApiRequest<unknown, unknown>) => Promise<Answer<unknown>>;
  /**
   * Whether the thing that was made under a reserved id is still there. With it, an answer that holds secrets is not given again once they
   * are worth nothing; such an operation names `IDEMPOTENCY_GONE` among its errors.
   */
  readonly isThere?: ((tenantId: string, reservedId: string) => Promise<boolean>) | undefined;
}

/**
 * Writes an operation down with the types of its schemas.
 *
 * @example const health = defineOperation({ id: 'getHealth', method: 'GET', path: '/health', access: 'open', … });
 */
export function defineOperation<Data, const A extends Access, Body = undefined, Query = undefined>(
  operation: Operation<Body, Query, Data, A>,
): Operation<Body, Query, Data, A> {
  return operation;
}

/**
 * Joins an operation with its work; the compiler checks that body, query, caller and answer fit.
 *
 * @example bind(sessionOperations.create, (request) => createSession(request, parts))
 */
export function bind<Body, Query, Data, A extends Access>(
  operation: Operation<Body, Query, Data, A>,
  run: (request: ApiRequest<Body, Query, A>) => Promise<Answer<Data>>,
  isThere?: BoundOperation['isThere'],
): BoundOperation {
  return { operation, run: run as BoundOperation['run'], isThere } as BoundOperation;
}

/** As `bind`, for an operation that answers a list of its data. */
export function bindList<Body, Query, Data, A extends Access>(
  operation: Operation<Body, Query, Data, A>,
  run: (request: ApiRequest<Body, Query, A>) => Promise<Answer<readonly Data[]>>,
): BoundOperation {
  return { operation, run: run as BoundOperation['run'] } as BoundOperation;
}
