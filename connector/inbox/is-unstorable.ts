import { cancellationReasons } from '../../core/storage/cancellation-reasons.ts';

/** What DynamoDB and SQS say of bytes that they will never take: a number out of range, an item that is too large, a forbidden character. */
const lastingRefusals: ReadonlySet<string> = new Set([
  'ValidationException',
  'InvalidMessageContents',
  'BatchRequestTooLong',
]);

/**
 * Whether an error says that the data themselves are refused, and not that the service is in trouble.
 *
 * @example isUnstorable(error) // true for DynamoDB's "Number underflow"
 */
export function isUnstorable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (lastingRefusals.has(error.name)) return true;
  return cancellationReasons(error)?.some(({ Code }) => Code === 'ValidationError') ?? false;
}
