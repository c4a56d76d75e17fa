import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import { queueBody } from '../queue-body.ts';
import type { DeliveryTask } from './delivery.ts';

export interface TaskToSend {
  readonly task: DeliveryTask;
  /** At most 900, the limit of SQS. */
  readonly delaySeconds?: number;
}

/** Puts tasks on the deliveries queue. */
export type SendDeliveryTasks = (tasks: readonly TaskToSend[]) => Promise<void>;

/** SQS's limit for one call. */
const entriesPerCallMax = 10;
const roundsMax = 5;
const firstPauseMs = 20;

/**
 * Sends tasks in batches of ten, group = webhook, so that SQS's fair queues see one busy receiver as one noisy neighbour. Entries that
 * failed are sent again; rejects when some still fail after five rounds, and those sent by then stay sent.
 *
 * @example await createDeliveryQueue({ sqs, queueUrl })([{ task, delaySeconds: 5 }]);
 */
export function createDeliveryQueue(options: {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
}): SendDeliveryTasks {
  return async (tasks) => {
    const entries = tasks.map(toEntry);
    const batches: SendMessageBatchRequestEntry[][] = [];
    for (let start = 0; start < entries.length; start += entriesPerCallMax) {
      batches.push(entries.slice(start, start + entriesPerCallMax));
    }
    await Promise.all(batches.map((batch) => sendBatch(options, batch)));
  };
}

function toEntry({ task, delaySeconds }: TaskToSend, index: number): SendMessageBatchRequestEntry {
  return {
    Id: String(index),
    MessageBody: queueBody(task),
    MessageGroupId: task.webhookId,
    ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
  };
}

async function sendBatch(
  options: { readonly sqs: SQSClient; readonly queueUrl: string },
  batch: readonly SendMessageBatchRequestEntry[],
): Promise<void> {
  let entries = [...batch];
  for (let round = 0; round < roundsMax; round++) {
    const answer = await options.sqs.send(
      new SendMessageBatchCommand({ QueueUrl: options.queueUrl, Entries: entries }),
    );
    const failed = new Set((answer.Failed ?? []).map((failure) => failure.Id));
    entries = entries.filter((entry) => failed.has(entry.Id));
    if (entries.length === 0) return;
    await sleep(firstPauseMs * 2 ** round);
  }
  throw new Error(`SQS did not take ${entries.length} delivery tasks.`);
}
