import { Duration, Stack } from 'aws-cdk-lib';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';

export interface WatchedQueues {
  readonly events: Queue;
  readonly lanes: Readonly<Record<string, Queue>>;
  /** By what stands in the name of the alarm. */
  readonly deadLetters: Readonly<Record<string, Queue>>;
  readonly commandsDeadLetters: IQueue;
  /** Dead letters of shards in further stacks, by their names. */
  readonly furtherCommandsDeadLetters: readonly string[];
}

const oneMinute = Duration.minutes(1);
/** An event waits milliseconds; two minutes are a fault that people notice. */
const eventsWaitSeconds = 120;
/** The lanes hold tasks back on purpose for a few minutes when a receiver is slow. */
const deliveriesWaitSeconds = 1_200;

/** Work that waits too long, and work that was given up. */
export function addQueueAlarms(scope: Construct, alarms: Alarms, queues: WatchedQueues): void {
  alarms.add('EventsWait', {
    symptom: 'Events wait more than two minutes for the fan-out: webhooks are late for everybody.',
    article: 'events-wait',
    metric: queues.events.metricApproximateAgeOfOldestMessage({ period: oneMinute, statistic: 'Maximum' }),
    threshold: eventsWaitSeconds,
    periods: 3,
  });
  for (const [name, queue] of Object.entries(queues.lanes)) {
    alarms.add(`${name}Wait`, {
      symptom: `Deliveries wait more than 20 minutes in ${queue.node.id}.`,
      article: 'deliveries-wait',
      metric: queue.metricApproximateAgeOfOldestMessage({ period: oneMinute, statistic: 'Maximum' }),
      threshold: deliveriesWaitSeconds,
      periods: 5,
    });
  }
  for (const [name, queue] of Object.entries(queues.deadLetters)) {
    alarms.add(`${name}DeadLetters`, {
      symptom: `Work was given up after five tries and lies in the dead letters of ${name}.`,
      article: 'dead-letters',
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: oneMinute, statistic: 'Maximum' }),
      threshold: 1,
    });
  }
  const further = queues.furtherCommandsDeadLetters.map((name) => namedQueue(scope, name));
  for (const [index, queue] of [queues.commandsDeadLetters, ...further].entries()) {
    alarms.add(index === 0 ? 'CommandsFail' : `CommandsFail${index}`, {
      symptom: 'A command could not be carried out by any connector.',
      article: 'commands-fail',
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: oneMinute, statistic: 'Maximum' }),
      threshold: 1,
    });
  }
}

/** A queue of another stack of this deployment. */
function namedQueue(scope: Construct, name: string): IQueue {
  const arn = Stack.of(scope).formatArn({ service: 'sqs', resource: `${name}.fifo` });
  return Queue.fromQueueArn(scope, name, arn);
}
