import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environmentNames } from '../../core/environment.ts';
import { tableIndexes } from '../../core/storage/table-keys.ts';
import { controlPartitions, fleetPartitions, type Tables, tableAccess } from '../data/index.ts';
import type { WharfOptions } from '../options.ts';
import type { WharfParameters } from '../parameters.ts';
import { acknowledge } from '../shared/acknowledge.ts';
import { allowConsume, createQueue } from '../shared/queues.ts';
import { createFunction } from '../shared/wharf-function.ts';
import type { ConnectorService } from './connector-service.ts';

export interface ScalerProps {
  readonly namePrefix: string;
  readonly bundleFolder: string;
  readonly options: WharfOptions;
  readonly parameters: WharfParameters;
  readonly tables: Tables;
  readonly fleet: ConnectorService;
}

/** Shorter than the minute between two runs. */
const timeout = Duration.seconds(50);
/** What woke nobody in this time is seen by the runs of each minute. */
const wakeRetention = Duration.minutes(10);
const wakeVisibility = Duration.minutes(5);

/** Sets how many connector tasks ECS runs: every minute, and at once when a message lies in `wakeQueue`. */
export class Scaler extends Construct {
  readonly wakeQueue: Queue;
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: ScalerProps) {
    super(scope, id);
    this.wakeQueue = createQueue(this, 'Wake', {
      name: `${props.namePrefix}-wake`,
      fifo: false,
      visibilityTimeout: wakeVisibility,
      retention: wakeRetention,
    });
    acknowledge(
      this.wakeQueue,
      'AwsSolutions-SQS3',
      'A message only says "now": the run of the next minute makes up for one that fails, and dead letters would tell nothing.',
    );
    this.function = createFunction(this, 'Function', {
      name: 'scaler',
      description: 'Sets how many connector tasks run',
      bundleFolder: props.bundleFolder,
      options: props.options,
      timeout,
      environment: this.#environment(props),
      statements: this.#statements(props),
    });
    // Not `addEventSource`: it would give the role a second, wider policy.
    this.function.addEventSourceMapping('Woken', {
      eventSourceArn: this.wakeQueue.queueArn,
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
    new Rule(this, 'EveryMinute', {
      description: 'Sets how many connector tasks run',
      schedule: Schedule.rate(Duration.minutes(1)),
      // The next run makes up for a failed one.
      targets: [new LambdaTarget(this.function, { retryAttempts: 0 })],
    });
  }

  #environment({ tables, options, parameters, fleet }: ScalerProps) {
    return {
      [environmentNames.controlTable]: tables.control.tableName,
      [environmentNames.fleetTable]: tables.fleet.tableName,
      [environmentNames.shardCount]: String(options.shards),
      [environmentNames.workerCapacity]: String(options.workerCapacity),
      [environmentNames.ecsCluster]: fleet.cluster.clusterName,
      [environmentNames.ecsService]: fleet.service.serviceArn,
      [environmentNames.workersMin]: parameters.workersMin,
      [environmentNames.workersMax]: parameters.workersMax,
      [environmentNames.zeroAfterMinutes]: parameters.zeroAfterMinutes,
    };
  }

  #statements({ tables, fleet }: ScalerProps): PolicyStatement[] {
    return [
      tableAccess({
        table: tables.control,
        actions: ['Query'],
        index: tableIndexes.byNeed.name,
        partitions: [controlPartitions.shard],
      }),
      tableAccess({
        table: tables.fleet,
        actions: ['Query', 'UpdateItem'],
        partitions: [fleetPartitions.workers],
      }),
      tableAccess({ table: tables.fleet, actions: ['Query'], partitions: [fleetPartitions.shards] }),
      tableAccess({ table: tables.fleet, actions: ['GetItem', 'PutItem'], partitions: [fleetPartitions.scaler] }),
      new PolicyStatement({
        actions: ['ecs:DescribeServices', 'ecs:UpdateService'],
        resources: [fleet.service.serviceArn],
      }),
      allowConsume(this.wakeQueue.queueArn),
    ];
  }
}
