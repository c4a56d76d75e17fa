import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  type DeadLetterQueue,
  DeduplicationScope,
  FifoThroughputLimit,
  type IQueue,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface WorkQueueOptions {
  /** Without the `.fifo` of FIFO queues. */
  readonly name: string;
  readonly fifo: boolean;
  readonly visibilityTimeout?: Duration;
  /** Off only where another construct writes the policy that refuses plain HTTP. */
  readonly enforceSsl?: boolean;
  readonly deadLetterQueue?: Pick<DeadLetterQueue, 'maxReceiveCount'> & { readonly queue: IQueue };
  /** 14 days when absent. */
  readonly retention?: Duration;
}

/** The longest that SQS keeps a message: nothing that was accepted is lost because nobody looked for a week. */
const retentionPeriod = Duration.days(14);

/**
 * A queue as all of them are here: encrypted, TLS only, 14 days of retention where nothing else is said. FIFO queues deduplicate and scale per message group (a
 * session), because the plain mode ends at 300 calls a second for the whole queue.
 */
export function createQueue(scope: Construct, id: string, options: WorkQueueOptions): Queue {
  const fifo: QueueProps = {
    fifo: true,
    contentBasedDeduplication: false,
    deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
    fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  };
  return new Queue(scope, id, {
    queueName: options.fifo ? `${options.name}.fifo` : options.name,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: options.enforceSsl ?? true,
    retentionPeriod: options.retention ?? retentionPeriod,
    ...(options.fifo ? fifo : {}),
    ...(options.visibilityTimeout === undefined ? {} : { visibilityTimeout: options.visibilityTimeout }),
    ...(options.deadLetterQueue === undefined ? {} : { deadLetterQueue: options.deadLetterQueue }),
  });
}

export function allowSend(queueArn: string): PolicyStatement {
  return new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] });
}

/** What Lambda's own poller needs of the queue that feeds a function. */
export function allowConsume(queueArn: string): PolicyStatement {
  return new PolicyStatement({
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
    resources: [queueArn],
  });
}
