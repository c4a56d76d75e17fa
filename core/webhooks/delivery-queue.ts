import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import { queueBody } from '../queue-body.ts';
import type { DeliveryTask } from './delivery.ts';

/**
 * The lanes: webhooks that answer well share the fast one; one that is slow or fails, all late retries and all replays go the slow way,
 * which has workers of its own.
 */
export type Lane = 'fast' | 'slow';

export interface TaskToSend {
  readonly task: DeliveryTask;
  /** At most 900, the limit of SQS. */
  readonly delaySeconds?: number;
  readonly lane: Lane;
}

/** Puts tasks on the deliveries queues. */
export type SendDeliveryTasks = (tasks: readonly TaskToSend[]) => Promise<void>;

/** SQS's limit for one call. */
const entriesPerCallMax = 10;
const roundsMax = 5;
const firstPauseMs = 20;

export interface DeliveryQueueOptions {
  readonly sqs: SQSClient;
  readonly queueUrls: Readonly<Record<Lane, string>>;
}

/**
 * Sends tasks in batches of ten. Entries that failed are sent again; rejects when some still fail after five rounds, and those sent by
 * then stay sent.
 *
 * @example await createDeliveryQueue({ sqs, queueUrls })([{ task, lane: 'fast', delaySeconds: 5 }]);
 */
export function createDeliveryQueue({ sqs, queueUrls }: DeliveryQueueOptions): SendDeliveryTasks {
  return async (tasks) => {
    const calls: Promise<void>[] = [];
    for (const [lane, queueUrl] of Object.entries(queueUrls)) {
      const entries = tasks.filter((task) => task.lane === lane).map(toEntry);
      for (let start = 0; start < entries.length; start += entriesPerCallMax) {
        calls.push(sendBatch({ sqs, queueUrl }, entries.slice(start, start + entriesPerCallMax)));
      }
    }
    await Promise.all(calls);
  };
}

/**
 * The message group of a task. SQS's fair queues serve a group with little before one with much, so that one busy webhook, and the
 * replay of another, stand in nobody's way.
 */
export function groupOf({ webhookId, sessionId, isOrdered, isReplay }: DeliveryTask): string {
  if (isReplay === true) return `${webhookId}-replay`;
  return isOrdered === true ? `${webhookId}-${sessionId}` : webhookId;
}

function toEntry({ task, delaySeconds }: TaskToSend, index: number): SendMessageBatchRequestEntry {
  return {
    Id: String(index),
    MessageBody: queueBody(task),
    MessageGroupId: groupOf(task),
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
