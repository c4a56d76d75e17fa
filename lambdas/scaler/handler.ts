import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type EnvironmentName, environmentNames, requireEnvironment } from '../../core/environment.ts';
import { emfLine, type MetricValues } from '../../core/metrics/emf-line.ts';
import { metricNames } from '../../core/metrics/metric-names.ts';
import { createSteeredService } from './connector-service.ts';
import { countInShard } from './count-needed.ts';
import { createFleetTable } from './fleet-table.ts';
import { type Scaled, type ScaleOptions, scale } from './scale.ts';

const logger = new Logger({ serviceName: 'scaler' });
const stage = requireEnvironment(environmentNames.stage);
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 5 }));
const control = { dynamodb, tableName: requireEnvironment(environmentNames.controlTable) };
const zeroAfterMinutes = process.env[environmentNames.zeroAfterMinutes];

const options: ScaleOptions = {
  fleet: createFleetTable({ dynamodb, tableName: requireEnvironment(environmentNames.fleetTable) }),
  service: createSteeredService(new ECSClient({ maxAttempts: 5 }), {
    cluster: requireEnvironment(environmentNames.ecsCluster),
    service: requireEnvironment(environmentNames.ecsService),
  }),
  shardCount: wholeNumber(environmentNames.shardCount),
  capacity: wholeNumber(environmentNames.workerCapacity),
  workersMin: wholeNumber(environmentNames.workersMin),
  workersMax: wholeNumber(environmentNames.workersMax),
  zeroAfterMs: zeroAfterMinutes ? wholeNumber(environmentNames.zeroAfterMinutes) * 60_000 : undefined,
  countInShard: (shard) => countInShard(control, shard),
  now: Date.now,
};

/** Runs every minute, and at once when the API says through the queue that a session needs a connector. */
export async function handler(event: { readonly Records?: readonly unknown[] }): Promise<void> {
  const scaled = await scale({ woken: event.Records !== undefined }, options);
  if (scaled.desired !== scaled.before) logger.info('fleet scaled', { ...scaled });
  logger.info('metrics', emfLine(metricsOf(scaled), { stage, atMs: Date.now() }));
}

function metricsOf({ needed, liveWorkers, desired, orphanedShards }: Scaled): MetricValues {
  return {
    [metricNames.sessionsNeeded]: needed,
    [metricNames.workersLive]: liveWorkers,
    [metricNames.workersDesired]: desired,
    [metricNames.shardsOrphaned]: orphanedShards,
  };
}

function wholeNumber(name: EnvironmentName): number {
  const value = Number(requireEnvironment(name));
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`The environment variable ${name} is not a whole number.`);
}
