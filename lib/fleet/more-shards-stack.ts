import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { WharfOptions } from '../options.ts';
import { createQueue } from '../shared/queues.ts';
import { createShardQueues } from './shard-queues.ts';
import type { ShardRange } from './shard-ranges.ts';

export interface MoreShardsStackProps extends StackProps {
  readonly options: WharfOptions;
  readonly range: ShardRange;
}

/** The queues of shards that do not fit into the main stack, with dead letters of their own. Code finds them by their names. */
export class MoreShardsStack extends Stack {
  constructor(scope: Construct, id: string, props: MoreShardsStackProps) {
    const { options, range, ...stackProps } = props;
    super(scope, id, {
      description: `Wharf: queues of the shards ${range.from} to ${range.to - 1}`,
      terminationProtection: options.deletionProtection,
      ...stackProps,
    });
    const namePrefix = `wharf-${options.stage}`;
    const deadLetters = createQueue(this, 'DeadLetters', { name: range.deadLettersName, fifo: true });
    createShardQueues(this, { namePrefix, ...range, deadLetters });
  }
}
