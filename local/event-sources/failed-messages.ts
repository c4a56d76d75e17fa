import { isJsonObject, type Json } from '../template/template.ts';

/**
 * Which messages of a batch failed, by what the function returned when it reports batch item failures: nothing or an empty list is success of
 * all; an empty, missing or unknown identifier, or any other shape, is failure of all.
 *
 * @example failedMessages({ batchItemFailures: [{ itemIdentifier: 'm2' }] }, ['m1', 'm2']) // Set { 'm2' }
 */
export function failedMessages(result: unknown, messageIds: readonly string[]): ReadonlySet<string> {
  if (result === null || result === undefined) return new Set();
  const all = new Set(messageIds);
  if (!isJsonObject(result)) return all;
  const failures = result.batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return all;
  const failed = new Set<string>();
  for (const failure of failures as readonly Json[]) {
    const id = isJsonObject(failure) ? failure.itemIdentifier : undefined;
    if (typeof id !== 'string' || !all.has(id)) return all;
    failed.add(id);
  }
  return failed;
}
