import {
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Authorize } from '../../../../local/engines/engine.ts';
import { type SqsEngine, startSqs } from '../../../../local/engines/sqs/index.ts';
import { FakeClock } from '../fake-clock.ts';

/** An engine on a clock that the test moves, and a plain SDK client for it. */
export interface SqsUnderTest {
  readonly sqs: SqsEngine;
  readonly clock: FakeClock;
  readonly client: SQSClient;
  /** A new queue with its own name; gives its URL. */
  queue(attributes?: Readonly<Record<string, unknown>>, suffix?: string): string;
  fifo(attributes?: Readonly<Record<string, unknown>>): string;
  send(url: string, body: string, more?: Partial<SendMessageCommandInput>): Promise<string>;
  receive(url: string, more?: Partial<ReceiveMessageCommandInput>): Promise<Message[]>;
  bodies(url: string, more?: Partial<ReceiveMessageCommandInput>): Promise<(string | undefined)[]>;
  stop(): Promise<void>;
}

export async function startSqsUnderTest(
  options: { authorize?: Authorize; accessKeyId?: string } = {},
): Promise<SqsUnderTest> {
  const clock = new FakeClock();
  const sqs = await startSqs({ clock, authorize: options.authorize });
  const client = new SQSClient({
    endpoint: sqs.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: options.accessKeyId ?? 'AKIATEST', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  let made = 0;
  const receive: SqsUnderTest['receive'] = async (QueueUrl, more) => {
    const { Messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'], ...more }),
    );
    return Messages ?? [];
  };
  return {
    sqs,
    clock,
    client,
    queue: (attributes = {}, suffix = '') => sqs.createQueue(`queue-${made++}${suffix}`, attributes),
    fifo: (attributes = {}) => sqs.createQueue(`queue-${made++}.fifo`, attributes),
    send: async (QueueUrl, MessageBody, more) => {
      const { MessageId } = await client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
      return MessageId as string;
    },
    receive,
    bodies: async (url, more) => (await receive(url, more)).map(({ Body }) => Body),
    stop: async () => {
      client.destroy();
      await sqs.stop();
    },
  };
}
