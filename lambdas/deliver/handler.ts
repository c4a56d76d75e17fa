import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createSealer } from '../../core/sealing/sealer.ts';
import { createDeliveryQueue } from '../../core/webhooks/delivery-queue.ts';
import { createDeliveryRepository } from '../../core/webhooks/delivery-repository.ts';
import { createGuardedAgent, guardedRequest, parseAllowedCidrs } from '../../core/webhooks/guard/index.ts';
import { createWebhookReader } from '../../core/webhooks/webhook-repository.ts';
import { type DeliverPorts, DeliveryPostponedError, deliverTask } from './deliver-task.ts';
import { parseTask } from './parse-task.ts';
import { createEventBodyReader } from './read-event-body.ts';

const logger = new Logger({ serviceName: 'deliver' });
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 5 }));
const controlTable = requireEnvironment(environmentNames.controlTable);
const deliveriesTable = requireEnvironment(environmentNames.deliveriesTable);
const agent = createGuardedAgent({
  allowedCidrs: parseAllowedCidrs(process.env[environmentNames.webhookAllowedCidrs]),
});

const ports: DeliverPorts = {
  deliveries: createDeliveryRepository({ dynamodb, tableName: deliveriesTable }),
  webhooks: createWebhookReader({ dynamodb, tableName: controlTable }),
  readEventBody: createEventBodyReader({ dynamodb, tableName: deliveriesTable }),
  sealer: createSealer({
    kms: new KMSClient({}),
    keyId: requireEnvironment(environmentNames.sealingKeyId),
    dynamodb,
    tableName: controlTable,
  }),
  post: (request) => guardedRequest(agent, request),
  sendTasks: createDeliveryQueue({
    sqs: new SQSClient({ maxAttempts: 5 }),
    queueUrl: requireEnvironment(environmentNames.deliveriesQueueUrl),
  }),
  now: Date.now,
  random: Math.random,
};

/** A try may take 15 s, and what it found must still be written. With less left, the record is given back untouched. */
const reserveMs = 18_000;

/** Consumes the deliveries queue: the records of a batch side by side, each answering for itself. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const failed = await Promise.all(
    event.Records.map(async (record) => ((await deliverRecord(record, context)) ? [] : [record])),
  );
  return { batchItemFailures: failed.flat().map((record) => ({ itemIdentifier: record.messageId })) };
}

async function deliverRecord(record: SQSRecord, context: Context): Promise<boolean> {
  try {
    const task = parseTask(record.body);
    if (context.getRemainingTimeInMillis() < reserveMs)
      throw new DeliveryPostponedError('The function has no time left.');
    const result = await deliverTask(task, ports);
    const { version: _version, body: _body, ...ids } = task;
    logger.info(result.kind === 'attempted' ? 'delivery attempted' : 'delivery task dropped', { ...ids, ...result });
    return true;
  } catch (error) {
    const details = { sqsMessageId: record.messageId, receiveCount: record.attributes.ApproximateReceiveCount };
    if (error instanceof DeliveryPostponedError) {
      logger.warn('delivery postponed', { ...details, reason: error.message });
    } else {
      logger.error('delivery not made', { ...details, err: error });
    }
    return false;
  }
}
