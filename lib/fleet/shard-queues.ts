import { Duration, Fn, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Queue, QueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';
import { acknowledgeWildcard } from '../shared/acknowledge.ts';
import { createQueue } from '../shared/queues.ts';

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
    this.deadLetters = createQueue(this, 'DeadLetters', { name: `${props.namePrefix}-shards-dead`, fifo: true });
    const queues = Array.from({ length: props.shards }, (_, shard) => this.#queue(props.namePrefix, shard));
    const [first] = queues;
    if (first === undefined) throw new Error('There must be at least one shard.');
    this.#refusePlainHttp(queues);
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

  #queue(namePrefix: string, shard: number): Queue {
    return createQueue(this, `Shard${shard}`, {
      name: `${namePrefix}-shard-${shard}`,
      fifo: true,
      enforceSsl: false,
      visibilityTimeout,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
    });
  }

  /** One policy for all of them: one each would double the resources of the stack, of which CloudFormation takes 500. */
  #refusePlainHttp(queues: Queue[]): void {
    new QueuePolicy(this, 'Policy', { queues }).document.addStatements(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['sqs:*'],
        resources: ['*'],
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  }
}
