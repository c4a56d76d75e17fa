import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Function as LambdaFunction, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environmentNames } from '../../core/environment.ts';
import { controlPartitions, type Secrets, type Tables, tableAccess } from '../data/index.ts';
import type { WharfOptions } from '../options.ts';
import type { WharfParameters } from '../parameters.ts';
import { allowConsume, allowSend } from '../shared/queues.ts';
import { createFunction } from '../shared/wharf-function.ts';
import { deliverTimeout, type EventQueues, fanOutTimeout } from './event-queues.ts';
import { createRecover } from './recover.ts';
import { createSweep } from './sweep.ts';
import { acknowledgeTenantRoles, assumeTenantRoles } from './tenant-roles.ts';

export interface EventFunctionsProps {
  readonly bundleFolder: string;
  readonly options: WharfOptions;
  readonly parameters: WharfParameters;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly queues: EventQueues;
}

/** The most that SQS gives from a FIFO queue at once. */
const fanOutBatchSize = 10;

/** A batch is as slow as its slowest receiver, so it is small. */
const deliverBatchSize = 5;

/** Bounds on parallel batches, so that a burst of events leaves the account's concurrency to the API. */
const fanOutConcurrencyMax = 50;
const deliverConcurrencyMax = 100;
/** Enough for 200 receivers that use up their 15 seconds, and none of it is taken from those that answer. */
const slowConcurrencyMax = 40;

/** The functions between the events queue and the tenants' receivers. */
export class EventFunctions extends Construct {
  readonly fanOut: LambdaFunction;
  readonly deliver: LambdaFunction;
  readonly sweep: LambdaFunction;
  readonly recover: LambdaFunction;

  constructor(scope: Construct, id: string, props: EventFunctionsProps) {
    super(scope, id);
    this.fanOut = this.#createFanOut(props);
    // Not `addEventSource`: it would give the role a second, wider policy.
    this.fanOut.addEventSourceMapping('Events', {
      eventSourceArn: props.queues.events.queueArn,
      batchSize: fanOutBatchSize,
      maxConcurrency: fanOutConcurrencyMax,
      reportBatchItemFailures: true,
    });
    this.deliver = this.#createDeliver(props);
    acknowledgeTenantRoles(this.deliver);
    this.#feedDeliver('Deliveries', props.queues.deliveries.queueArn, deliverConcurrencyMax);
    this.#feedDeliver('SlowDeliveries', props.queues.slowDeliveries.queueArn, slowConcurrencyMax);
    this.sweep = createSweep(this, props);
    this.recover = createRecover(this, props);
  }

  /** A mapping of its own for each lane: its concurrency is a bound that the other lane cannot use up. */
  #feedDeliver(id: string, eventSourceArn: string, maxConcurrency: number): void {
    // Not `addEventSource`: it would give the role a second, wider policy.
    this.deliver.addEventSourceMapping(id, {
      eventSourceArn,
      batchSize: deliverBatchSize,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
  }

  #createFanOut({ tables, queues, bundleFolder, options }: EventFunctionsProps): LambdaFunction {
    return createFunction(this, 'FanOut', {
      name: 'fan-out',
      description: 'Gives each event its sequence and one delivery per subscribed webhook',
      bundleFolder,
      options,
      timeout: fanOutTimeout,
      environment: {
        [environmentNames.controlTable]: tables.control.tableName,
        [environmentNames.deliveriesTable]: tables.deliveries.tableName,
        [environmentNames.eventsQueueUrl]: queues.events.queueUrl,
        ...laneUrls(queues),
      },
      statements: [
        tableAccess({
          table: tables.control,
          actions: ['GetItem', 'Query'],
          partitions: [controlPartitions.tenant, controlPartitions.webhooks],
        }),
        // Counts what the event says was used, in the transaction that accepts it.
        tableAccess({ table: tables.control, actions: ['UpdateItem'], partitions: [controlPartitions.usage] }),
        tableAccess({
          table: tables.deliveries,
          actions: [
            'GetItem',
            'BatchGetItem',
            'Query',
            'PutItem',
            'UpdateItem',
            'BatchWriteItem',
            'ConditionCheckItem',
          ],
        }),
        allowConsume(queues.events.queueArn),
        ...allowSendDeliveries(queues),
      ],
    });
  }

  #createDeliver({ tables, queues, secrets, parameters, bundleFolder, options }: EventFunctionsProps): LambdaFunction {
    return createFunction(this, 'Deliver', {
      name: 'deliver',
      description: 'Signs and posts webhooks, logs each attempt and plans the next',
      bundleFolder,
      options,
      timeout: deliverTimeout,
      // A retry is a message of this function to its own queue. The delivery row bounds their number; if Lambda ended such a chain
      // by its own count, a delivery would end without a word to the tenant.
      recursiveLoop: RecursiveLoop.ALLOW,
      environment: {
        [environmentNames.controlTable]: tables.control.tableName,
        [environmentNames.deliveriesTable]: tables.deliveries.tableName,
        ...laneUrls(queues),
        [environmentNames.eventsQueueUrl]: queues.events.queueUrl,
        [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
        [environmentNames.webhookAllowedCidrs]: parameters.webhookAllowedCidrs,
      },
      statements: [
        tableAccess({
          table: tables.control,
          actions: ['GetItem'],
          partitions: [controlPartitions.tenant, controlPartitions.webhooks],
        }),
        // A receiver that answers 410 is switched off; one that is slow gets its lane.
        tableAccess({ table: tables.control, actions: ['UpdateItem'], partitions: [controlPartitions.webhooks] }),
        tableAccess({
          table: tables.deliveries,
          actions: ['GetItem', 'Query', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'],
        }),
        secrets.open(),
        allowConsume(queues.deliveries.queueArn),
        allowConsume(queues.slowDeliveries.queueArn),
        ...allowSendDeliveries(queues),
        // For the queues and buses of tenants.
        assumeTenantRoles(),
        // Tells the tenant of a webhook that fails, has recovered or was switched off.
        allowSend(queues.events.queueArn),
      ],
    });
  }
}

/** Addresses of both lanes. */
export function laneUrls(queues: EventQueues) {
  return {
    [environmentNames.deliveriesQueueUrl]: queues.deliveries.queueUrl,
    [environmentNames.slowDeliveriesQueueUrl]: queues.slowDeliveries.queueUrl,
  };
}

export function allowSendDeliveries(queues: EventQueues): PolicyStatement[] {
  return [queues.deliveries, queues.slowDeliveries].map(({ queueArn }) => allowSend(queueArn));
}
