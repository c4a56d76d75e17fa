import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createDeliveryQueue } from '../../core/webhooks/delivery-queue.ts';
import { sweepDue } from './sweep-due.ts';

const logger = new Logger({ serviceName: 'sweep' });
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 5 }));
const tableName = requireEnvironment(environmentNames.deliveriesTable);
const sendTasks = createDeliveryQueue({
  sqs: new SQSClient({ maxAttempts: 5 }),
  queueUrls: {
    fast: requireEnvironment(environmentNames.deliveriesQueueUrl),
    slow: requireEnvironment(environmentNames.slowDeliveriesQueueUrl),
  },
});

/** Time that one page needs at the worst. */
const reserveMs = 5_000;

/** Runs every minute and wakes the deliveries that nothing else wakes. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const hasTime = () => context.getRemainingTimeInMillis() > reserveMs;
  const woken = await sweepDue({ dynamodb, tableName, sendTasks, now: Date.now, hasTime });
  if (woken > 0) logger.info('deliveries woken', { woken });
}
