import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type EnvironmentName, environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createSteeredService } from './connector-service.ts';
import { countInShard } from './count-needed.ts';
import { createFleetTable } from './fleet-table.ts';
import { type ScaleOptions, scale } from './scale.ts';

const logger = new Logger({ serviceName: 'scaler' });
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
}

function wholeNumber(name: EnvironmentName): number {
  const value = Number(requireEnvironment(name));
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`The environment variable ${name} is not a whole number.`);
}
