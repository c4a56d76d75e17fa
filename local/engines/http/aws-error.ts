/**
 * A refusal as an AWS service words it. `code` is the name that the SDK gives the error (`QueueDoesNotExist`); `queryCode` is the
 * older name that services with a query-protocol past send beside it.
 *
 * @example throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly queryCode: string;
  /** Further members of the JSON body. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { status?: number; queryCode?: string; fields?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AwsError';
    this.code = code;
    this.status = options.status ?? 400;
    this.queryCode = options.queryCode ?? code;
    this.fields = options.fields ?? {};
  }
}
