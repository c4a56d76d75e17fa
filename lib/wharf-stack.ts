import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { apiBasePath } from '../core/http/api-routes.ts';
import { loadPlans } from '../core/plans/index.ts';
import { createApiFunctions, WharfHttpApi } from './api/index.ts';
import { createMediaBucket, Secrets, Tables } from './data/index.ts';
import { EventFunctions, EventQueues } from './events/index.ts';
import { ConnectorService, Scaler, ShardQueues } from './fleet/index.ts';
import { Mail } from './mail/index.ts';
import type { WharfOptions } from './options.ts';
import { addParameters } from './parameters.ts';

export interface WharfStackProps extends StackProps {
  readonly options: WharfOptions;
  /** Where `bundleAll` has written: `lambdas/<name>/index.mjs` and `connector/`. */
  readonly bundleFolder: string;
  /** What `readPlansFile` read; none means the shipped plans. */
  readonly plansText?: string;
}

/**
 * The whole deployment: data, queues, functions, API and connector fleet.
 *
 * @example new WharfStack(app, 'Wharf-production', { options: readOptions({}), bundleFolder: 'dist' });
 */
export class WharfStack extends Stack {
  constructor(scope: Construct, id: string, props: WharfStackProps) {
    const { options, bundleFolder, plansText = '', ...stackProps } = props;
    super(scope, id, {
      description: 'Wharf: a multi-tenant WhatsApp API',
      terminationProtection: options.deletionProtection,
      ...stackProps,
    });
    const namePrefix = `wharf-${options.stage}`;
    const parameters = addParameters(this, loadPlans(plansText));
    const tables = new Tables(this, 'Tables', options);
    const secrets = new Secrets(this, 'Secrets', options);
    const mediaBucket = createMediaBucket(this, 'Media', options);
    const shardQueues = new ShardQueues(this, 'ShardQueues', { namePrefix, shards: options.shards });
    const queues = new EventQueues(this, 'EventQueues', { namePrefix });
    const shared = { bundleFolder, options, parameters, tables, secrets };

    new EventFunctions(this, 'EventFunctions', { ...shared, queues });
    const fleet = new ConnectorService(this, 'Fleet', { ...shared, shardQueues, mediaBucket, eventsQueue: queues.events });
    const scaler = new Scaler(this, 'Scaler', { ...shared, namePrefix, fleet });
    const mail =
      options.mailFrom === undefined
        ? undefined
        : new Mail(this, 'Mail', { ...shared, namePrefix, from: options.mailFrom });
    const functions = createApiFunctions(this, {
      ...{ ...shared, plansText, shardQueues, mediaBucket },
      eventsQueue: queues.events,
      wakeQueue: scaler.wakeQueue,
      mailsQueue: mail?.queue,
    });
    const api = new WharfHttpApi(this, 'HttpApi', { options, functions });

    this.#output('ApiUrl', `${api.endpoint}${apiBasePath}`, 'Base URL of the API');
    this.#output(
      'CreateAdministrator',
      `npm run create-admin -- --stage ${options.stage} --table ${tables.control.tableName} --email you@example.com`,
      'Makes an administrator and prints a one-time token to set the password',
    );
    this.#output('ControlTable', tables.control.tableName, 'Users, API keys, sessions and webhooks');
    this.#output('KeysTable', tables.keys.tableName, 'Sealed credentials and Signal keys');
    this.#output('MessagesTable', tables.messages.tableName, 'Messages');
    this.#output('DeliveriesTable', tables.deliveries.tableName, 'Webhook deliveries and their attempts');
    this.#output('FleetTable', tables.fleet.tableName, 'Workers and shards');
    this.#output('MediaBucket', mediaBucket.bucketName, 'Media on its way');
    this.#output('EventsDeadLetters', queues.eventsDead.queueUrl, 'Events that fan-out could not process');
    this.#output('DeliveriesDeadLetters', queues.deliveriesDead.queueUrl, 'Deliveries that could not be processed');
    if (mail !== undefined) {
      this.#output(
        'MailsDeadLetters',
        mail.deadLetters.queueUrl,
        'Wishes for a new password that no mail was sent for',
      );
    }
    this.#output('CommandsDeadLetters', shardQueues.deadLetters.queueUrl, 'Commands that no connector could carry out');
  }

  #output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}
