import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';

/**
 * Works through a FIFO batch: groups side by side, each handed over whole and in order. When a group fails, all of its records are given
 * back, because SQS keeps a group's order only when nothing after a failure is taken. A group of several that fails is then tried record
 * by record, so that one poisoned record stops itself and what comes after it, never what came before.
 *
 * @example return processFifoBatch(event.Records, async (records) => { … }, onFailure);
 */
export async function processFifoBatch(
  records: readonly SQSRecord[],
  work: (records: readonly SQSRecord[]) => Promise<void>,
  onFailure: (record: SQSRecord, error: unknown) => void,
): Promise<SQSBatchResponse> {
  const groups = Map.groupBy(records, (record) => record.attributes.MessageGroupId ?? record.messageId);
  const failures = await Promise.all([...groups.values()].map((group) => processGroup(group, work, onFailure)));
  return { batchItemFailures: failures.flat().map((record) => ({ itemIdentifier: record.messageId })) };
}

async function processGroup(
  group: readonly SQSRecord[],
  work: (records: readonly SQSRecord[]) => Promise<void>,
  onFailure: (record: SQSRecord, error: unknown) => void,
): Promise<readonly SQSRecord[]> {
  if (group.length > 1) {
    try {
      await work(group);
      return [];
    } catch (error) {
      const [first] = group;
      if (first !== undefined) onFailure(first, error);
    }
  }
  for (const [index, record] of group.entries()) {
    try {
      await work([record]);
    } catch (error) {
      onFailure(record, error);
      return group.slice(index);
    }
  }
  return [];
}
