import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { environmentNames } from '../../core/environment.ts';
import type { ApiFunctionName } from '../../core/http/api-routes.ts';
import { tableIndexes } from '../../core/storage/table-keys.ts';
import { controlPartitions, fleetPartitions, type Secrets, type Tables, tableAccess } from '../data/index.ts';
import type { ShardQueues } from '../fleet/index.ts';
import type { WharfOptions } from '../options.ts';
import type { WharfParameters } from '../parameters.ts';
import { acknowledgeWildcard } from '../shared/acknowledge.ts';
import { allowSend } from '../shared/queues.ts';
import { createFunction, type FunctionEnvironment, type WharfFunctionProps } from '../shared/wharf-function.ts';

export interface ApiFunctionsProps {
  readonly bundleFolder: string;
  readonly options: WharfOptions;
  readonly parameters: WharfParameters;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly shardQueues: ShardQueues;
  readonly eventsQueue: Queue;
  /** The queues of deliveries. */
  readonly lanes: { readonly fast: Queue; readonly slow: Queue };
  /** Starts the scaler. */
  readonly wakeQueue: Queue;
  readonly mediaBucket: Bucket;
  /** To the function that mails; missing where no sender is set up. */
  readonly mailsQueue: Queue | undefined;
  /** Value of `PLANS`. */
  readonly plansText: string;
}

type FunctionPlan = Pick<WharfFunctionProps, 'description' | 'environment' | 'statements' | 'memoryMiB'>;

/** The longest that an HTTP API waits is 30 s; `…/qr?wait=20` needs most of it. */
const timeout = Duration.seconds(29);

/** The functions behind the API. Each may do what its routes need and nothing else. */
export function createApiFunctions(
  scope: Construct,
  props: ApiFunctionsProps,
): Record<ApiFunctionName, LambdaFunction> {
  const make = (name: ApiFunctionName, id: string, plan: FunctionPlan) =>
    createFunction(scope, id, { name, timeout, bundleFolder: props.bundleFolder, options: props.options, ...plan });
  const functions = {
    auth: make('auth', 'Auth', authPlan(props)),
    account: make('account', 'Account', accountPlan(props)),
    sessions: make('sessions', 'Sessions', sessionsPlan(props)),
    messages: make('messages', 'Messages', messagesPlan(props)),
    'auto-reply': make('auto-reply', 'AutoReply', autoReplyPlan(props)),
    media: make('media', 'MediaFunction', mediaPlan(props)),
    directory: make('directory', 'Directory', directoryPlan(props)),
    webhooks: make('webhooks', 'Webhooks', webhooksPlan(props)),
    deliveries: make('deliveries', 'Deliveries', deliveriesPlan(props)),
    system: make('system', 'System', {
      description: 'Health, and the answer to unknown routes',
      environment: {},
      statements: [],
    }),
  };
  acknowledgeWildcard(
    functions.media.role ?? functions.media,
    props.mediaBucket.arnForObjects('media/*'),
    'The keys of objects hold ids that are made later; a signed URL is for one key.',
  );
  for (const sender of [functions.sessions, functions.messages, functions.directory, functions['auto-reply']]) {
    if (sender.role !== undefined) props.shardQueues.acknowledgePattern(sender.role);
  }
  return functions;
}

function authPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, parameters, mailsQueue } = props;
  return {
    description: 'Accounts, login and API keys',
    // Password hashes are meant to cost CPU, and CPU comes with memory.
    memoryMiB: 1_024,
    environment: {
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      [environmentNames.registrationMode]: parameters.registrationMode,
      [environmentNames.registrationsPerAddress]: parameters.registrationsPerAddress,
      [environmentNames.mailsQueueUrl]: mailsQueue?.queueUrl ?? '',
    },
    statements: [
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
        partitions: [
          controlPartitions.tenant,
          controlPartitions.email,
          controlPartitions.users,
          controlPartitions.keyHash,
          controlPartitions.refresh,
          controlPartitions.logins,
        ],
      }),
      tableAccess({ table: tables.control, actions: ['BatchGetItem'], partitions: [controlPartitions.logins] }),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'UpdateItem'],
        partitions: [controlPartitions.invites],
      }),
      appendingToTrail(tables),
      rateLimiting(tables),
      ...idempotency(props),
      secrets.readJwtSecret(),
      ...(mailsQueue === undefined ? [] : [allowSend(mailsQueue.queueArn)]),
    ],
  };
}

function accountPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets } = props;
  return {
    description: 'Plans, usage, audit trail and administration',
    environment: {
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      [environmentNames.fleetTable]: tables.fleet.tableName,
      [environmentNames.shardCount]: String(props.options.shards),
    },
    statements: [
      tableAccess({
        table: tables.fleet,
        actions: ['Query'],
        partitions: [fleetPartitions.workers, fleetPartitions.shards],
      }),
      tableAccess({ table: tables.fleet, actions: ['GetItem'], partitions: [fleetPartitions.scaler] }),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'UpdateItem'],
        partitions: [controlPartitions.tenant, controlPartitions.keyHash],
      }),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'Query'],
        partitions: [
          controlPartitions.email,
          controlPartitions.users,
          controlPartitions.usage,
          controlPartitions.quotas,
          controlPartitions.audit,
        ],
      }),
      appendingToTrail(tables),
      // The tenant's data key, made with the first answer that is sealed.
      tableAccess({ table: tables.control, actions: ['PutItem'], partitions: [controlPartitions.tenant] }),
      ...idempotency(props),
      // A suspension ends the logins of the account.
      tableAccess({
        table: tables.control,
        actions: ['Query', 'UpdateItem'],
        partitions: [controlPartitions.refresh],
      }),
      tableAccess({
        table: tables.control,
        actions: ['PutItem', 'Query', 'DeleteItem'],
        partitions: [controlPartitions.invites],
      }),
      rateLimiting(tables),
      secrets.readJwtSecret(),
    ],
  };
}

function sessionsPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, parameters, options, shardQueues, eventsQueue, wakeQueue } = props;
  return {
    description: 'Linked WhatsApp accounts: intent, status, QR',
    environment: {
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      [environmentNames.eventsQueueUrl]: eventsQueue.queueUrl,
      [environmentNames.shardQueueUrlPrefix]: shardQueues.urlPrefix,
      [environmentNames.shardCount]: String(options.shards),
      [environmentNames.proxyPorts]: options.proxyPorts.join(','),
      [environmentNames.webhookAllowedCidrs]: parameters.webhookAllowedCidrs,
      [environmentNames.fleetTable]: tables.fleet.tableName,
      [environmentNames.wakeQueueUrl]: wakeQueue.queueUrl,
    },
    statements: [
      // Whether a connector runs.
      tableAccess({ table: tables.fleet, actions: ['GetItem'], partitions: [fleetPartitions.scaler] }),
      allowSend(wakeQueue.queueArn),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
        partitions: [controlPartitions.tenant, controlPartitions.webhooks, controlPartitions.keyHash],
      }),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'UpdateItem', 'DeleteItem'],
        partitions: [controlPartitions.quotas],
      }),
      appendingToTrail(tables),
      rateLimiting(tables),
      ...idempotency(props),
      secrets.readJwtSecret(),
      shardQueues.statement(['SendMessage']),
      allowSend(eventsQueue.queueArn),
    ],
  };
}

function messagesPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, options, shardQueues, eventsQueue } = props;
  return {
    description: 'Sending and reading messages',
    environment: {
      [environmentNames.messagesTable]: tables.messages.tableName,
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      [environmentNames.eventsQueueUrl]: eventsQueue.queueUrl,
      [environmentNames.shardQueueUrlPrefix]: shardQueues.urlPrefix,
      [environmentNames.shardCount]: String(options.shards),
    },
    statements: [
      // Put: the tenant's data key, made with the first answer that is sealed.
      tableAccess({ table: tables.control, actions: ['GetItem', 'PutItem'], partitions: [controlPartitions.tenant] }),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'UpdateItem'],
        partitions: [controlPartitions.quotas],
      }),
      ...apiKeyUse(tables),
      rateLimiting(tables),
      ...idempotency(props),
      tableAccess({ table: tables.messages, actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem'] }),
      tableAccess({ table: tables.messages, actions: ['Query'], index: tableIndexes.byChat.name }),
      secrets.readJwtSecret(),
      shardQueues.statement(['SendMessage']),
      allowSend(eventsQueue.queueArn),
    ],
  };
}

function autoReplyPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, options, shardQueues } = props;
  return {
    description: 'The rules by which sessions answer by themselves',
    environment: {
      ...authentication(props),
      [environmentNames.shardQueueUrlPrefix]: shardQueues.urlPrefix,
      [environmentNames.shardCount]: String(options.shards),
    },
    statements: [
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'UpdateItem'],
        partitions: [controlPartitions.tenant],
      }),
      ...apiKeyUse(tables),
      rateLimiting(tables),
      secrets.readJwtSecret(),
      shardQueues.statement(['SendMessage']),
    ],
  };
}

function mediaPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, mediaBucket } = props;
  return {
    description: 'Uploads, and the way to the bytes of media',
    environment: {
      [environmentNames.messagesTable]: tables.messages.tableName,
      [environmentNames.mediaBucket]: mediaBucket.bucketName,
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
    },
    statements: [
      tableAccess({ table: tables.control, actions: ['GetItem', 'PutItem'], partitions: [controlPartitions.tenant] }),
      ...apiKeyUse(tables),
      rateLimiting(tables),
      ...idempotency(props),
      tableAccess({ table: tables.messages, actions: ['GetItem', 'PutItem'] }),
      secrets.readJwtSecret(),
      // The URLs that it signs carry its own rights.
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [mediaBucket.arnForObjects('media/*')],
      }),
    ],
  };
}

function directoryPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, options, shardQueues } = props;
  return {
    description: 'Chats, contacts and groups',
    environment: {
      [environmentNames.messagesTable]: tables.messages.tableName,
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      [environmentNames.shardQueueUrlPrefix]: shardQueues.urlPrefix,
      [environmentNames.shardCount]: String(options.shards),
    },
    statements: [
      tableAccess({ table: tables.control, actions: ['GetItem', 'PutItem'], partitions: [controlPartitions.tenant] }),
      ...apiKeyUse(tables),
      rateLimiting(tables),
      ...idempotency(props),
      tableAccess({ table: tables.messages, actions: ['GetItem', 'Query', 'PutItem'] }),
      secrets.readJwtSecret(),
      shardQueues.statement(['SendMessage']),
    ],
  };
}

function webhooksPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, parameters, eventsQueue } = props;
  const { partition, account } = Stack.of(tables);
  return {
    description: 'Webhooks and their secrets',
    environment: {
      [environmentNames.deliveriesTable]: tables.deliveries.tableName,
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      [environmentNames.eventsQueueUrl]: eventsQueue.queueUrl,
      [environmentNames.webhookAllowedCidrs]: parameters.webhookAllowedCidrs,
      [environmentNames.webhookRolePrincipal]: `arn:${partition}:iam::${account}:root`,
    },
    statements: [
      // Put: also the tenant's data key, made with the first secret that is sealed.
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
        partitions: [controlPartitions.tenant, controlPartitions.webhooks],
      }),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'UpdateItem'],
        partitions: [controlPartitions.quotas],
      }),
      ...apiKeyUse(tables),
      rateLimiting(tables),
      ...idempotency(props),
      allowSend(eventsQueue.queueArn),
      // What deliver has learned of a receiver is forgotten when its webhook is switched on or leads elsewhere.
      tableAccess({
        table: tables.deliveries,
        actions: ['DeleteItem'],
        partitions: [`TENANT#usr_${'?'.repeat(26)}#ENDPOINT#*`],
      }),
      secrets.readJwtSecret(),
    ],
  };
}

function deliveriesPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, eventsQueue, lanes } = props;
  const { deliveries } = tables;
  return {
    description: 'What became of events, and sending them again',
    environment: {
      [environmentNames.deliveriesTable]: deliveries.tableName,
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      [environmentNames.eventsQueueUrl]: eventsQueue.queueUrl,
      [environmentNames.deliveriesQueueUrl]: lanes.fast.queueUrl,
      [environmentNames.slowDeliveriesQueueUrl]: lanes.slow.queueUrl,
    },
    statements: [
      // Put: the tenant's data key, made with the first answer that is sealed.
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'Query', 'PutItem'],
        partitions: [controlPartitions.tenant],
      }),
      tableAccess({ table: tables.control, actions: ['GetItem'], partitions: [controlPartitions.webhooks] }),
      ...apiKeyUse(tables),
      rateLimiting(tables),
      ...idempotency(props),
      tableAccess({ table: deliveries, actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'] }),
      tableAccess({ table: deliveries, actions: ['Query'], index: tableIndexes.byWebhook.name }),
      tableAccess({ table: deliveries, actions: ['Query'], index: tableIndexes.byEndpoint.name }),
      allowSend(eventsQueue.queueArn),
      // All that is sent again goes the slow way.
      allowSend(lanes.slow.queueArn),
      secrets.readJwtSecret(),
    ],
  };
}

/** What authentication reads: every function that has a closed route is given it. */
function authentication({ tables, secrets, parameters, plansText }: ApiFunctionsProps): FunctionEnvironment {
  return {
    [environmentNames.controlTable]: tables.control.tableName,
    [environmentNames.jwtSecretArn]: secrets.jwtSecret.secretArn,
    [environmentNames.plans]: plansText,
    [environmentNames.defaultPlan]: parameters.defaultPlan,
  };
}

/** Finding the key that a request brings, and noting its first use and its last. The account's own row is a right of each function. */
function apiKeyUse(tables: Tables): PolicyStatement[] {
  return [
    tableAccess({
      table: tables.control,
      actions: ['GetItem', 'UpdateItem'],
      partitions: [controlPartitions.keyHash],
    }),
    appendingToTrail(tables),
  ];
}

/** Entries are added; no function can change one or take one away. */
function appendingToTrail(tables: Tables): PolicyStatement {
  return tableAccess({ table: tables.control, actions: ['PutItem'], partitions: [controlPartitions.audit] });
}

/** One conditional update for each request of a known caller. */
function rateLimiting(tables: Tables): PolicyStatement {
  return tableAccess({ table: tables.control, actions: ['UpdateItem'], partitions: [controlPartitions.rates] });
}

/** Records of `Idempotency-Key`s, whose answers are sealed: some hold a key that is shown once. */
function idempotency({ tables, secrets }: ApiFunctionsProps): PolicyStatement[] {
  return [
    tableAccess({
      table: tables.control,
      actions: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      partitions: [controlPartitions.idempotency],
    }),
    secrets.sealAndOpen(),
  ];
}
