/** Whether a write was refused by its own condition, as opposed to a fault. */
export function isConditionFailed(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}
