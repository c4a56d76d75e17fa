import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createEventPublisher } from '../../core/events/publish-event.ts';
import { emfLine } from '../../core/metrics/emf-line.ts';
import { createSealer } from '../../core/sealing/sealer.ts';
import type { DeliveryTask } from '../../core/webhooks/delivery.ts';
import { createDeliveryQueue, type Lane } from '../../core/webhooks/delivery-queue.ts';
import { createDeliveryRepository } from '../../core/webhooks/delivery-repository.ts';
import { createEndpointRepository, endpointLimits } from '../../core/webhooks/endpoints/index.ts';
import { createGuardedAgent, createReach, parseAllowedCidrs } from '../../core/webhooks/guard/index.ts';
import { createTurnRepository } from '../../core/webhooks/turn-repository.ts';
import { createWebhookReader } from '../../core/webhooks/webhook-repository.ts';
import { deliverBatch } from './deliver-batch.ts';
import { createKnownBreakers } from './deliver-group.ts';
import { type DeliverPorts, type DeliverResult, deliverPace } from './deliver-ports.ts';
import { createAwsDestinations, createDestinations, createHttpsDestination } from './destinations/index.ts';
import { createEgressWitness } from './egress-witness.ts';
import { createGroupWriter } from './group-writer.ts';
import { metricsOfResults } from './metrics-of-results.ts';
import { parseTask } from './parse-task.ts';
import { createEventBodyReader } from './read-event-body.ts';
import { createShipmentSigner } from './signed-shipment.ts';

const logger = new Logger({ serviceName: 'deliver' });
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 5 }));
const sqs = new SQSClient({ maxAttempts: 5 });
const stage = requireEnvironment(environmentNames.stage);
const controlTable = requireEnvironment(environmentNames.controlTable);
const deliveriesTable = requireEnvironment(environmentNames.deliveriesTable);
const slowQueueUrl = requireEnvironment(environmentNames.slowDeliveriesQueueUrl);
const now = Date.now;
const agent = createGuardedAgent({
  allowedCidrs: parseAllowedCidrs(process.env[environmentNames.webhookAllowedCidrs]),
});
const deliveries = createDeliveryRepository({ dynamodb, tableName: deliveriesTable });
const sealer = createSealer({
  kms: new KMSClient({}),
  keyId: requireEnvironment(environmentNames.sealingKeyId),
  dynamodb,
  tableName: controlTable,
});

/** DynamoDB takes so many items in one call. */
const attemptsPerWriteMax = 25;

const ports: DeliverPorts = {
  deliveries,
  writeAttempt: createGroupWriter((attempts) => deliveries.writeAttempts(attempts), attemptsPerWriteMax),
  turns: createTurnRepository({ dynamodb, tableName: deliveriesTable }),
  endpoints: createEndpointRepository({ dynamodb, tableName: deliveriesTable, limits: endpointLimits, now }),
  webhooks: createWebhookReader({ dynamodb, tableName: controlTable }),
  readEventBody: createEventBodyReader({ dynamodb, tableName: deliveriesTable }),
  sign: createShipmentSigner({ sealer, now }),
  send: createDestinations({ https: createHttpsDestination(agent), ...createAwsDestinations({ now }) }),
  egress: createEgressWitness({ canReach: createReach(), now }),
  sendTasks: createDeliveryQueue({
    sqs,
    queueUrls: { fast: requireEnvironment(environmentNames.deliveriesQueueUrl), slow: slowQueueUrl },
  }),
  publish: createEventPublisher({ sqs, queueUrl: requireEnvironment(environmentNames.eventsQueueUrl) }),
  inFlightMax: async () => endpointLimits.inFlightMax,
  limits: endpointLimits,
  pace: deliverPace,
  onTrouble: (what, error) => logger.warn(what, { err: error }),
  now,
  sleep,
  random: Math.random,
};

const known = createKnownBreakers(now);

/** A try may take 15.5 s, and what it found must still be written. With less left, nothing is begun any more. */
const reserveMs = 18_000;

/** Consumes the deliveries queues, each record answering for itself. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const hasTime = () => context.getRemainingTimeInMillis() > reserveMs;
  const parsed = event.Records.map((record) => ({ record, task: hasTime() ? tryParse(record) : undefined }));
  const tasks = parsed.flatMap(({ task }) => task ?? []);
  const outcomes = await deliverBatch({ tasks, lane: laneOf(event.Records), hasTime, known }, ports);
  const values = metricsOfResults(outcomes.values());
  if (Object.keys(values).length > 0) logger.info('metrics', emfLine(values, { stage, atMs: now() }));
  const failed = parsed.filter(({ record, task }) => {
    const outcome = task && outcomes.get(task);
    if (task === undefined || outcome === undefined) return true;
    report(record, task, outcome);
    return outcome.status === 'rejected';
  });
  return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.messageId })) };
}

/** A mapping gives the records of one queue only. */
function laneOf([first]: readonly SQSRecord[]): Lane {
  const queueName = first?.eventSourceARN.split(':').at(-1) ?? '';
  return slowQueueUrl.endsWith(`/${queueName}`) ? 'slow' : 'fast';
}

function tryParse(record: SQSRecord): DeliveryTask | undefined {
  try {
    return parseTask(record.body);
  } catch (error) {
    logger.error('delivery task not read', { ...traceOf(record), err: error });
    return undefined;
  }
}

function report(record: SQSRecord, task: DeliveryTask, outcome: PromiseSettledResult<DeliverResult>): void {
  const { version: _version, body: _body, ...ids } = task;
  if (outcome.status === 'rejected') {
    logger.error('delivery not made', { ...ids, ...traceOf(record), err: outcome.reason });
    return;
  }
  const result = outcome.value;
  const isLost = result.kind === 'attempted' && result.state === 'exhausted';
  logger[isLost ? 'error' : 'info'](`delivery ${result.kind}`, { ...ids, ...result });
}

function traceOf(record: SQSRecord) {
  return { sqsMessageId: record.messageId, receiveCount: record.attributes.ApproximateReceiveCount };
}
