import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environmentNames } from '../../core/environment.ts';
import { controlPartitions, type Tables, tableAccess } from '../data/index.ts';
import type { WharfOptions } from '../options.ts';
import { allowConsume, createQueue } from '../shared/queues.ts';
import { createFunction } from '../shared/wharf-function.ts';

export interface MailProps {
  readonly namePrefix: string;
  readonly bundleFolder: string;
  readonly options: WharfOptions;
  readonly tables: Tables;
  /** The sender; verified in SES by its address or its domain. */
  readonly from: string;
}

const timeout = Duration.seconds(20);
/** AWS asks for six times the function's timeout, so that a throttled batch is not handed out twice. */
const visibilityTimeout = Duration.seconds(120);
const maxReceiveCount = 5;
const batchSize = 5;
/** Mails are few; this leaves the account's concurrency to the API, and keeps below SES's rate of a new account. */
const concurrencyMax = 2;

/** The queue of wishes for a new password and the function that looks up who wishes and mails the token. */
export class Mail extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: MailProps) {
    super(scope, id);
    const { namePrefix, bundleFolder, options, tables, from } = props;
    this.deadLetters = createQueue(this, 'Dead', { name: `${namePrefix}-mails-dead`, fifo: false });
    this.queue = createQueue(this, 'Queue', {
      name: `${namePrefix}-mails`,
      fifo: false,
      visibilityTimeout,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
    });
    this.function = createFunction(this, 'Function', {
      name: 'mail',
      description: 'Mails the tokens that set passwords',
      bundleFolder,
      options,
      timeout,
      environment: {
        [environmentNames.controlTable]: tables.control.tableName,
        [environmentNames.mailFrom]: from,
        [environmentNames.passwordResetUrl]: options.passwordResetUrl ?? '',
      },
      statements: [
        tableAccess({ table: tables.control, actions: ['GetItem'], partitions: [controlPartitions.email] }),
        tableAccess({
          table: tables.control,
          actions: ['GetItem', 'UpdateItem'],
          partitions: [controlPartitions.tenant],
        }),
        tableAccess({ table: tables.control, actions: ['PutItem'], partitions: [controlPartitions.audit] }),
        allowConsume(this.queue.queueArn),
        this.#sendMail(from),
      ],
    });
    // Not `addEventSource`: it would give the role a second, wider policy.
    this.function.addEventSourceMapping('Wishes', {
      eventSourceArn: this.queue.queueArn,
      batchSize,
      maxConcurrency: concurrencyMax,
      reportBatchItemFailures: true,
    });
  }

  /** SES asks for the right on the identity that is verified: the address itself, or its domain. */
  #sendMail(from: string): PolicyStatement {
    const identity = (resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ses', resource: 'identity', resourceName });
    return new PolicyStatement({
      actions: ['ses:SendEmail'],
      resources: [identity(from), identity(from.slice(from.indexOf('@') + 1))],
      conditions: { StringEquals: { 'ses:FromAddress': from } },
    });
  }
}
