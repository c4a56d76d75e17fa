import { Duration, Fn, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IQueue, type Queue, QueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';
import { acknowledgeWildcard } from '../shared/acknowledge.ts';
import { createQueue } from '../shared/queues.ts';
import { shardRanges } from './shard-ranges.ts';

export type ShardQueueAction = 'SendMessage' | 'ReceiveMessage' | 'DeleteMessage' | 'ChangeMessageVisibility';

export interface ShardQueuesProps {
  /** Start of the queues' names: `<namePrefix>-shard-<n>.fifo`. */
  readonly namePrefix: string;
  readonly shards: number;
}

/** The connector extends it every 1.5 s while a command runs, so a crash costs a session's next command at most this long. */
const visibilityTimeout = Duration.seconds(5);

/**
 * A command that its session cannot take yet is held for ten minutes at a time, which makes 144 receives until the connector fails
 * its message after 24 h; each restart or move of its owner adds one. Only one that never succeeds reaches this number, and
 * with it the dead letters.
 */
const maxReceiveCount = 200;

/** One FIFO queue per virtual shard, and one place for their dead letters. */
export class ShardQueues extends Construct {
  /** See `shardQueueUrl` in `core/environment.ts`. */
  readonly urlPrefix: string;
  readonly deadLetters: Queue;
  readonly #arnPattern: string;

  constructor(scope: Construct, id: string, props: ShardQueuesProps) {
    super(scope, id);
    const [range] = shardRanges(props.namePrefix, props.shards);
    this.deadLetters = createQueue(this, 'DeadLetters', { name: range.deadLettersName, fifo: true });
    const queues = createShardQueues(this, { ...props, ...range, deadLetters: this.deadLetters });
    const [first] = queues;
    if (first === undefined) throw new Error('There must be at least one shard.');
    this.urlPrefix = Fn.select(0, Fn.split('-shard-0.fifo', first.queueUrl));
    this.#arnPattern = Stack.of(this).formatArn({ service: 'sqs', resource: `${props.namePrefix}-shard-*.fifo` });
  }

  /** Putting commands on any shard, or working them off. */
  statement(actions: readonly ShardQueueAction[]): PolicyStatement {
    return new PolicyStatement({ actions: actions.map((action) => `sqs:${action}`), resources: [this.#arnPattern] });
  }

  /** To be called for each role with such a statement. */
  acknowledgePattern(role: IConstruct): void {
    acknowledgeWildcard(
      role,
      this.#arnPattern,
      'A pattern of names instead of a list: the list of all shard queues would not fit into a policy from about 150 shards on.',
    );
  }
}

export interface ShardQueueRange {
  readonly namePrefix: string;
  /** The first shard, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  readonly deadLetters: IQueue;
}

/** The queues of some shards, and one policy for all of them: one each would double the resources of the stack. */
export function createShardQueues(
  scope: Construct,
  { namePrefix, from, to, deadLetters }: ShardQueueRange,
): readonly Queue[] {
  const queues = Array.from({ length: to - from }, (_, index) =>
    createQueue(scope, `Shard${from + index}`, {
      name: `${namePrefix}-shard-${from + index}`,
      fifo: true,
      enforceSsl: false,
      visibilityTimeout,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount },
    }),
  );
  new QueuePolicy(scope, 'Policy', { queues: [...queues] }).document.addStatements(
    new PolicyStatement({
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['sqs:*'],
      resources: ['*'],
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
  );
  return queues;
}
