import type { TableDefinition } from '../engines/dynamodb/index.ts';
import { emulatedTypes } from '../resources/emulated-types.ts';
import { ofType, readList, readObject } from '../resources/read-property.ts';
import type { ResolvedResource } from '../template/stack-model.ts';
import type { Engines } from './start-engines.ts';

/** Makes the queues, buckets and tables of the stack, or adapts those that the data folder already holds. */
export async function createStores(resources: readonly ResolvedResource[], engines: Engines): Promise<void> {
  createQueues(resources, engines);
  for (const bucket of ofType(resources, 'AWS::S3::Bucket')) {
    const cors = { logicalId: bucket.logicalId, properties: readObject(bucket, 'CorsConfiguration') };
    engines.s3.createBucket(bucket.identity.ref, { corsRules: readList(cors, 'CorsRules') as never });
  }
  for (const alias of ofType(resources, 'AWS::KMS::Alias')) createAlias(alias, resources, engines);
  const tables = [...ofType(resources, 'AWS::DynamoDB::Table'), ...ofType(resources, 'AWS::DynamoDB::GlobalTable')];
  await Promise.all(tables.map((table) => engines.dynamodb.createTable(tableDefinition(table))));
}

/** A queue's redrive policy names its dead-letter queue, which therefore comes first. */
function createQueues(resources: readonly ResolvedResource[], engines: Engines): void {
  const queues = ofType(resources, 'AWS::SQS::Queue');
  const deadLettersFirst = [...queues].sort(
    (left, right) => Number('RedrivePolicy' in left.properties) - Number('RedrivePolicy' in right.properties),
  );
  for (const queue of deadLettersFirst) {
    const { QueueName: _, ...attributes } = obeyed(queue);
    engines.sqs.createQueue(queue.identity.attributes.QueueName ?? '', attributes);
  }
}

function createAlias(alias: ResolvedResource, resources: readonly ResolvedResource[], engines: Engines): void {
  const target = alias.properties.TargetKeyId;
  const key = ofType(resources, 'AWS::KMS::Key').find(
    ({ identity }) => identity.ref === target || identity.attributes.Arn === target,
  );
  if (key === undefined) return;
  engines.kms.createKey(`${key.stackName}-${key.logicalId}`, { aliases: [alias.identity.ref] });
}

function tableDefinition(table: ResolvedResource): TableDefinition {
  return { ...(obeyed(table) as unknown as TableDefinition), TableName: table.identity.ref };
}

function obeyed(resource: ResolvedResource): Readonly<Record<string, unknown>> {
  const names = emulatedTypes[resource.type]?.obeyed ?? [];
  return Object.fromEntries(Object.entries(resource.properties).filter(([name]) => names.includes(name)));
}
