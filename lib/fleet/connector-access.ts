import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { tableIndexes } from '../../core/storage/table-keys.ts';
import { controlPartitions, type Secrets, type Tables, tableAccess } from '../data/index.ts';
import { allowSend } from '../shared/queues.ts';
import type { ShardQueues } from './shard-queues.ts';

export interface ConnectorAccessProps {
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly shardQueues: ShardQueues;
  readonly eventsQueue: Queue;
  readonly mediaBucket: Bucket;
}

/** What a connector may do: all of `keys`, `messages` and `fleet`; of `control` only tenants' rows, never keys or webhooks. */
export function connectorStatements(props: ConnectorAccessProps): PolicyStatement[] {
  const { tables, secrets, shardQueues, eventsQueue, mediaBucket } = props;
  return [
    tableAccess({
      table: tables.control,
      actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
      partitions: [controlPartitions.tenant],
    }),
    tableAccess({
      table: tables.control,
      actions: ['Query'],
      index: tableIndexes.byShard.name,
      partitions: [controlPartitions.shard],
    }),
    tableAccess({
      table: tables.keys,
      actions: [
        'GetItem',
        'BatchGetItem',
        'Query',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
        'BatchWriteItem',
        'ConditionCheckItem',
      ],
    }),
    tableAccess({
      table: tables.messages,
      actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'ConditionCheckItem'],
    }),
    tableAccess({
      table: tables.fleet,
      actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    }),
    secrets.sealAndOpen(),
    allowSend(eventsQueue.queueArn),
    // Sending: answers that the connector gives by itself go the way of all others.
    shardQueues.statement(['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility']),
    new PolicyStatement({
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      resources: [mediaBucket.arnForObjects('media/*')],
    }),
  ];
}
