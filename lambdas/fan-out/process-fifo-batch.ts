import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';

/**
 * Works through a FIFO batch: groups side by side, records of a group one after another. Once a record has failed, the later ones of
 * its group are given back untouched, because SQS keeps a group's order only when the first failure stops it.
 *
 * @example return processFifoBatch(event.Records, async (record) => { … });
 */
export async function processFifoBatch(
  records: readonly SQSRecord[],
  work: (record: SQSRecord) => Promise<void>,
  onFailure: (record: SQSRecord, error: unknown) => void,
): Promise<SQSBatchResponse> {
  const groups = Map.groupBy(records, (record) => record.attributes.MessageGroupId ?? record.messageId);
  const failures = await Promise.all([...groups.values()].map((group) => processGroup(group, work, onFailure)));
  return { batchItemFailures: failures.flat().map((record) => ({ itemIdentifier: record.messageId })) };
}

async function processGroup(
  group: readonly SQSRecord[],
  work: (record: SQSRecord) => Promise<void>,
  onFailure: (record: SQSRecord, error: unknown) => void,
): Promise<readonly SQSRecord[]> {
  for (const [index, record] of group.entries()) {
    try {
      await work(record);
    } catch (error) {
      onFailure(record, error);
      return group.slice(index);
    }
  }
  return [];
}
