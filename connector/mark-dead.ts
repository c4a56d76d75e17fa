import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { environmentNames, requireEnvironment } from '../core/environment.ts';
import { childEnvironment } from './parent/child-environment.ts';
import { createFleetStore } from './storage/fleet-store.ts';

/**
 * A process that lives for one write: it says in the fleet table that the incarnation of its environment is dead, so that nobody has
 * to wait for its silence. A process of its own, since the parent shall not carry a database client all its life.
 */
const client = new DynamoDBClient({});
const fleet = createFleetStore({
  dynamodb: DynamoDBDocumentClient.from(client),
  tableName: requireEnvironment(environmentNames.fleetTable, process.env),
});
await fleet.markDead({
  workerId: process.env[childEnvironment.workerId] ?? '',
  incarnation: process.env[childEnvironment.incarnation] ?? '',
});
client.destroy();
