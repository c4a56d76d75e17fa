import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createDeliveryLog } from '../../core/webhooks/delivery-log.ts';
import { createDeliveryQueue } from '../../core/webhooks/delivery-queue.ts';
import { createDeliveryRepository } from '../../core/webhooks/delivery-repository.ts';
import { createRecoveryRepository } from '../../core/webhooks/recovery/recovery-repository.ts';
import { createWebhookReader } from '../../core/webhooks/webhook-repository.ts';
import { stepRecoveries } from './step-recoveries.ts';

const logger = new Logger({ serviceName: 'recover' });
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 5 }));
const deliveriesTable = { dynamodb, tableName: requireEnvironment(environmentNames.deliveriesTable) };
const sqs = new SQSClient({ maxAttempts: 5 });
const ports = {
  recoveries: createRecoveryRepository(deliveriesTable),
  deliveryLog: createDeliveryLog(deliveriesTable),
  deliveries: createDeliveryRepository(deliveriesTable),
  webhooks: createWebhookReader({ dynamodb, tableName: requireEnvironment(environmentNames.controlTable) }),
  sendTasks: createDeliveryQueue({
    sqs,
    queueUrls: {
      fast: requireEnvironment(environmentNames.deliveriesQueueUrl),
      slow: requireEnvironment(environmentNames.slowDeliveriesQueueUrl),
    },
  }),
  now: Date.now,
};

/** Time that one step needs at the worst. */
const reserveMs = 20_000;

/** Runs every minute and takes a step of each recovery that is running. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const hasTime = () => context.getRemainingTimeInMillis() > reserveMs;
  await stepRecoveries({ ...ports, hasTime }, (before, result) => {
    const { tenantId, webhookId, recoveryId } = before;
    if (result instanceof Error) logger.error('recovery not stepped', { tenantId, webhookId, recoveryId, err: result });
    else
      logger.info('recovery stepped', {
        tenantId,
        webhookId,
        recoveryId,
        state: result.state,
        recovered: result.recovered,
      });
  });
}
