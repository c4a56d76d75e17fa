import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { MalformedEventError } from './parse-envelope.ts';

/**
 * Seconds after which a failed record is tried again, by the times that it was tried. Its whole session waits behind it, so the first
 * tries follow soon; the later ones leave an outage the time that it needs before the record becomes a dead letter.
 */
const waitsSeconds = [2, 10, 60, 60, 60];

/**
 * How soon a failed record comes again. What can never be an event is tried at once until the queue puts it away: no session waits for
 * it.
 *
 * @example secondsUntilAgain(new Error('throttled'), 1) // 2
 */
export function secondsUntilAgain(error: unknown, receiveCount: number): number {
  if (error instanceof MalformedEventError) return 0;
  return waitsSeconds[Math.min(receiveCount, waitsSeconds.length) - 1] ?? 0;
}

/**
 * Lets failed records of one queue come again sooner than its visibility timeout says. Never rejects: without it they come again all the
 * same, only later.
 */
export async function comeAgain(
  failed: readonly { readonly record: SQSRecord; readonly seconds: number }[],
  {
    sqs,
    queueUrl,
    onTrouble,
  }: { readonly sqs: SQSClient; readonly queueUrl: string; readonly onTrouble: (error: unknown) => void },
): Promise<void> {
  if (failed.length === 0) return;
  try {
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: failed.map(({ record, seconds }, index) => ({
          Id: String(index),
          ReceiptHandle: record.receiptHandle,
          VisibilityTimeout: seconds,
        })),
      }),
    );
  } catch (error) {
    onTrouble(error);
  }
}
