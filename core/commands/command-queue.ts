import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { shardQueueUrl } from '../environment.ts';
import type { Command } from './command.ts';

/** Puts a command on the queue of a shard. */
export type SendCommand = (shard: number, command: Command) => Promise<void>;

export interface CommandQueueOptions {
  readonly sqs: SQSClient;
  readonly queueUrlPrefix: string;
}

/**
 * The way to the connectors: the commands of one session stay in order, and a command sent twice within five minutes is one.
 *
 * @example await createCommandQueue({ sqs, queueUrlPrefix })(session.shard, command)
 */
export function createCommandQueue(options: CommandQueueOptions): SendCommand {
  return async (shard, command) => {
    await options.sqs.send(
      new SendMessageCommand({
        QueueUrl: shardQueueUrl(options.queueUrlPrefix, shard),
        MessageBody: JSON.stringify(command),
        MessageGroupId: command.sessionId,
        MessageDeduplicationId: command.commandId,
      }),
    );
  };
}
