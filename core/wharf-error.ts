import { type ErrorCode, errorCatalogue } from './error-catalogue.ts';

/** One broken rule of a request body or query: where (JSON Pointer, RFC 6901) and what. */
export interface FieldError {
  readonly pointer: string;
  readonly message: string;
}

export interface WharfErrorOptions {
  /** A sentence for the caller. Never holds a secret or a message text. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Extra members of the problem document, for example `limit` and `used`. */
  readonly extra?: Readonly<Record<string, string | number | boolean | null>>;
  readonly cause?: unknown;
  /** Promises that nothing was done and nothing will be, so that a repeat starts anew. Errors below 500 promise it anyway. */
  readonly nothingDone?: true;
}

/**
 * An error that a caller of the API may see. Branch on `code`; `detail` may change.
 *
 * @example throw new WharfError('NOT_FOUND', { detail: 'There is no session with this id.' })
 */
export class WharfError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: readonly FieldError[];
  readonly extra: Readonly<Record<string, string | number | boolean | null>>;
  readonly nothingDone: boolean;

  constructor(code: ErrorCode, options: WharfErrorOptions = {}) {
    super(options.detail ?? errorCatalogue[code].title, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'WharfError';
    this.code = code;
    this.status = errorCatalogue[code].status;
    this.title = errorCatalogue[code].title;
    this.detail = options.detail;
    this.errors = options.errors ?? [];
    this.extra = options.extra ?? {};
    this.nothingDone = options.nothingDone ?? this.status < 500;
  }
}
