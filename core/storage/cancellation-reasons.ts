import type { plainItem } from './refused-item.ts';

/** What one part of a refused transaction was refused for (`None` for a part that was not), and the row that it met, if the part asked for it. */
export interface CancellationReason {
  readonly Code?: string;
  readonly Item?: Parameters<typeof plainItem>[0];
}

/**
 * Why DynamoDB cancelled a transaction, part by part; undefined for every other error.
 *
 * @example cancellationReasons(error)?.some(({ Code }) => Code === 'TransactionConflict')
 */
export function cancellationReasons(error: unknown): readonly CancellationReason[] | undefined {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined;
  return (error as Error & { readonly CancellationReasons?: readonly CancellationReason[] }).CancellationReasons ?? [];
}
