import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createDeliveryQueue } from '../../core/webhooks/delivery-queue.ts';
import { createDeliveryRepository } from '../../core/webhooks/delivery-repository.ts';
import { createTurnRepository } from '../../core/webhooks/turn-repository.ts';
import { createWebhookReader } from '../../core/webhooks/webhook-repository.ts';
import { comeAgain, secondsUntilAgain } from './come-again.ts';
import { createEventRecorder } from './event-recorder.ts';
import { type FanOutPorts, fanOutEvents } from './fan-out-events.ts';
import { parseEnvelope } from './parse-envelope.ts';
import { processFifoBatch } from './process-fifo-batch.ts';

const logger = new Logger({ serviceName: 'fan-out' });
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 5 }));
const sqs = new SQSClient({ maxAttempts: 5 });
const controlTable = requireEnvironment(environmentNames.controlTable);
const eventsQueueUrl = requireEnvironment(environmentNames.eventsQueueUrl);
const deliveriesTable = requireEnvironment(environmentNames.deliveriesTable);

const ports: FanOutPorts = {
  recorder: createEventRecorder({ dynamodb, tableName: deliveriesTable, usageTableName: controlTable }),
  webhooks: createWebhookReader({ dynamodb, tableName: controlTable }),
  deliveries: createDeliveryRepository({ dynamodb, tableName: deliveriesTable }),
  turns: createTurnRepository({ dynamodb, tableName: deliveriesTable }),
  sendTasks: createDeliveryQueue({
    sqs,
    queueUrls: {
      fast: requireEnvironment(environmentNames.deliveriesQueueUrl),
      slow: requireEnvironment(environmentNames.slowDeliveriesQueueUrl),
    },
  }),
  now: Date.now,
};

/** Time that a group of events needs at the worst; with less left, the rest of the batch is given back. */
const reserveMs = 3_000;

/** Consumes the events queue. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const causes = new Map<string | undefined, unknown>();
  const response = await processFifoBatch(
    event.Records,
    async (records) => {
      if (context.getRemainingTimeInMillis() < reserveMs) throw new Error('The function has no time left.');
      const envelopes = records.map((record) => parseEnvelope(record.body));
      const results = await fanOutEvents(envelopes, ports);
      for (const result of results) {
        const envelope = envelopes.find(({ id }) => id === result.eventId);
        if (envelope === undefined) continue;
        const { tenantId, sessionId, type: eventType, requestId } = envelope;
        logger.info('event fanned out', { tenantId, sessionId, eventType, requestId, ...result });
      }
    },
    (record, error) => {
      const { MessageGroupId: sessionId, ApproximateReceiveCount: receiveCount } = record.attributes;
      logger.error('event not fanned out', { err: error, sessionId, sqsMessageId: record.messageId, receiveCount });
      causes.set(sessionId, error);
    },
  );
  const ids = new Set(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const failed = event.Records.filter(({ messageId }) => ids.has(messageId));
  // A group is held while any message of it is hidden, so all that failed of one session come again together.
  const first = new Map(failed.toReversed().map(({ attributes }) => [attributes.MessageGroupId, attributes] as const));
  const waits = failed.map((record) => {
    const sessionId = record.attributes.MessageGroupId;
    const receiveCount = Number(first.get(sessionId)?.ApproximateReceiveCount ?? 1);
    return { record, seconds: secondsUntilAgain(causes.get(sessionId), receiveCount) };
  });
  await comeAgain(waits, { sqs, queueUrl: eventsQueueUrl, onTrouble });
  return response;
}

function onTrouble(error: unknown): void {
  logger.warn('failed events come again later than they could', { err: error });
}
