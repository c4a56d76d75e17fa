import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { apiBasePath } from '../core/http/api-routes.ts';
import type { WharfHttpApi } from './api/index.ts';
import type { Tables } from './data/index.ts';
import type { EventQueues } from './events/index.ts';
import type { ShardQueues } from './fleet/index.ts';
import type { Mail } from './mail/index.ts';
import type { WharfOptions } from './options.ts';

export interface OutputSources {
  readonly options: WharfOptions;
  readonly tables: Tables;
  readonly mediaBucket: Bucket;
  readonly queues: EventQueues;
  readonly shardQueues: ShardQueues;
  readonly api: WharfHttpApi;
  readonly mail: Mail | undefined;
}

/** What a deployment prints at its end. */
export function addOutputs(stack: Stack, sources: OutputSources): void {
  const { options, tables, mediaBucket, queues, shardQueues, api, mail } = sources;
  const output = (name: string, value: string, description: string) =>
    new CfnOutput(stack, name, { value, description });
  output('ApiUrl', `${api.endpoint}${apiBasePath}`, 'Base URL of the API');
  output(
    'CreateAdministrator',
    `npm run create-admin -- --stage ${options.stage} --table ${tables.control.tableName} --email you@example.com`,
    'Makes an administrator and prints a one-time token to set the password',
  );
  output('ControlTable', tables.control.tableName, 'Users, API keys, sessions and webhooks');
  output('KeysTable', tables.keys.tableName, 'Sealed credentials and Signal keys');
  output('MessagesTable', tables.messages.tableName, 'Messages');
  output('DeliveriesTable', tables.deliveries.tableName, 'Webhook deliveries and their attempts');
  output('FleetTable', tables.fleet.tableName, 'Workers and shards');
  output('MediaBucket', mediaBucket.bucketName, 'Media on its way');
  output('EventsDeadLetters', queues.eventsDead.queueUrl, 'Events that fan-out could not process');
  output('DeliveriesDeadLetters', queues.deliveriesDead.queueUrl, 'Deliveries that could not be processed');
  if (mail !== undefined) {
    output('MailsDeadLetters', mail.deadLetters.queueUrl, 'Wishes for a new password that no mail was sent for');
  }
  output('CommandsDeadLetters', shardQueues.deadLetters.queueUrl, 'Commands that no connector could carry out');
}
