import type { Clock } from '../clock.ts';
import type { Authorize, Engine } from '../engine.ts';
import type { MessageAttribute } from './structure/queue-message.ts';

export type { MessageAttribute } from './structure/queue-message.ts';

export interface SqsOptions {
  /** Port of the endpoint; any free one by default. Queue URLs contain it, so a stack with a data folder should keep it. */
  readonly port?: number | undefined;
  /** Where the journal lives; without it, in memory. */
  readonly dataFolder?: string | undefined;
  readonly authorize?: Authorize | undefined;
  readonly clock?: Clock | undefined;
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
}

export interface SendInput {
  readonly body: string;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly delaySeconds?: number | undefined;
  readonly attributes?: Readonly<Record<string, MessageAttribute>> | undefined;
  readonly traceHeader?: string | undefined;
  /** Access key id of the sender. */
  readonly senderId?: string | undefined;
}

export interface SendOutput {
  readonly messageId: string;
  /** Only on FIFO queues. */
  readonly sequenceNumber: string | undefined;
}

export interface ReceiveOptions {
  /** 1 to 10. */
  readonly max?: number | undefined;
  /** How long to wait for the first message; by default as the queue says. */
  readonly waitMs?: number | undefined;
  /** Ends the wait with no messages. */
  readonly signal?: AbortSignal | undefined;
  readonly visibilityTimeoutSeconds?: number | undefined;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** `ApproximateReceiveCount`, `SentTimestamp`, `MessageGroupId` and so on, as a Lambda event has them under `attributes`. */
  readonly systemAttributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
}

export interface QueueStatistics {
  readonly name: string;
  /** Messages ready to be received. */
  readonly depth: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Messages of this queue that lie in its dead-letter queue; missing when it has none. */
  readonly dead?: number;
}

/** Our own SQS. In-process calls are for the event source pollers; they are not authorized. */
export interface SqsEngine extends Engine {
  /**
   * Makes a queue or gives an existing one new attributes, as CloudFormation does. Values may be numbers, booleans or (for policies) objects. The name
   * decides whether it is FIFO. Resolves to its URL.
   */
  createQueue(name: string, attributes?: Readonly<Record<string, unknown>>): string;
  queueUrl(name: string): string;
  queueArn(name: string): string;
  /** The queue's name from its ARN or URL. */
  queueName(arnOrUrl: string): string;
  send(name: string, input: SendInput): SendOutput;
  receive(name: string, options?: ReceiveOptions): Promise<ReceivedMessage[]>;
  delete(name: string, receiptHandle: string): void;
  changeVisibility(name: string, receiptHandle: string, timeoutSeconds: number): void;
  /** Moves all messages of a dead-letter queue back to where they came from; gives the task's handle. */
  redrive(deadLetterQueueName: string): string;
  purge(name: string): void;
  statistics(): QueueStatistics[];
}
