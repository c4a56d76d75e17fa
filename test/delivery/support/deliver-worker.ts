import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { environmentNames, requireEnvironment } from '../../../core/environment.ts';
import { createEventPublisher } from '../../../core/events/publish-event.ts';
import { createSealer } from '../../../core/sealing/sealer.ts';
import { createDeliveryQueue, type Lane } from '../../../core/webhooks/delivery-queue.ts';
import { createDeliveryRepository } from '../../../core/webhooks/delivery-repository.ts';
import { createEndpointRepository } from '../../../core/webhooks/endpoints/index.ts';
import { createGuardedAgent } from '../../../core/webhooks/guard/index.ts';
import { createTurnRepository } from '../../../core/webhooks/turn-repository.ts';
import { createWebhookReader } from '../../../core/webhooks/webhook-repository.ts';
import { deliverBatch } from '../../../lambdas/deliver/deliver-batch.ts';
import { createKnownBreakers } from '../../../lambdas/deliver/deliver-group.ts';
import type { DeliverPorts } from '../../../lambdas/deliver/deliver-ports.ts';
import { createDestinations, createHttpsDestination } from '../../../lambdas/deliver/destinations/index.ts';
import { createEgressWitness } from '../../../lambdas/deliver/egress-witness.ts';
import { createGroupWriter } from '../../../lambdas/deliver/group-writer.ts';
import { parseTask } from '../../../lambdas/deliver/parse-task.ts';
import { createEventBodyReader } from '../../../lambdas/deliver/read-event-body.ts';
import { createShipmentSigner } from '../../../lambdas/deliver/signed-shipment.ts';
import { fastLimits, fastPace, fastTimes } from './fast-times.ts';

// One execution environment of the deliver function as a process of its own: the function's code and ports with shorter waits, and the
// work of Lambda's poller (receive a batch, delete what succeeded). It is killed with SIGKILL at any point of it.

const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const sqs = new SQSClient({});
const controlTable = requireEnvironment(environmentNames.controlTable);
const tableName = requireEnvironment(environmentNames.deliveriesTable);
const keyId = requireEnvironment(environmentNames.sealingKeyId);
const queueUrls = {
  fast: requireEnvironment(environmentNames.deliveriesQueueUrl),
  slow: requireEnvironment(environmentNames.slowDeliveriesQueueUrl),
};
const now = Date.now;
const { leaseMs, forgottenAfterMs } = fastTimes;
const deliveries = createDeliveryRepository({ dynamodb, tableName, leaseMs, forgottenAfterMs });
const batchSize = 5;

const ports: DeliverPorts = {
  deliveries,
  writeAttempt: createGroupWriter((attempts) => deliveries.writeAttempts(attempts), batchSize),
  turns: createTurnRepository({ dynamodb, tableName }),
  endpoints: createEndpointRepository({ dynamodb, tableName, limits: fastLimits, now }),
  webhooks: createWebhookReader({ dynamodb, tableName: controlTable }),
  readEventBody: createEventBodyReader({ dynamodb, tableName }),
  sign: createShipmentSigner({
    sealer: createSealer({ kms: new KMSClient({}), keyId, dynamodb, tableName: controlTable }),
    now,
  }),
  send: createDestinations({ https: createHttpsDestination(createGuardedAgent({ allowedCidrs: ['127.0.0.1/32'] })) }),
  egress: createEgressWitness({ canReach: async () => true, now }),
  sendTasks: createDeliveryQueue({ sqs, queueUrls }),
  publish: createEventPublisher({ sqs, queueUrl: requireEnvironment(environmentNames.eventsQueueUrl) }),
  inFlightMax: async () => fastLimits.inFlightMax,
  limits: fastLimits,
  pace: fastPace,
  onTrouble: (what, error) => console.error(what, error),
  now,
  sleep,
  random: Math.random,
};
const known = createKnownBreakers(now);

for (;;) {
  for (const lane of ['fast', 'slow'] as const) await serve(lane);
}

async function serve(lane: Lane): Promise<void> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrls[lane],
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: lane === 'fast' ? 0 : 1,
    }),
  );
  if (Messages.length === 0) return;
  const tasks = new Map(Messages.map((message) => [parseTask(message.Body ?? ''), message]));
  const outcomes = await deliverBatch({ tasks: [...tasks.keys()], lane, hasTime: () => true, known }, ports);
  const done: Message[] = [];
  for (const [task, outcome] of outcomes) {
    if (outcome.status === 'rejected') console.error('not delivered', outcome.reason);
    else done.push(tasks.get(task) as Message);
  }
  if (done.length === 0) return;
  await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queueUrls[lane],
      Entries: done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    }),
  );
}
