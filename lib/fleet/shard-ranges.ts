/** Shards whose queues stand in one stack. */
export interface ShardRange {
  /** The first shard, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** Name of the queue of their dead letters, without `.fifo`. */
  readonly deadLettersName: string;
}

/** CloudFormation takes 500 resources in one stack, of which the rest of the main stack needs less than 300. */
const shardsInMainStack = 200;
const shardsInFurtherStack = 400;

/**
 * How the shards are dealt to stacks: the first range belongs to the main stack.
 *
 * @example shardRanges('wharf-production', 256) // [{ from: 0, to: 200, … }, { from: 200, to: 256, … }]
 */
export function shardRanges(namePrefix: string, shards: number): readonly [ShardRange, ...ShardRange[]] {
  const first = { from: 0, to: Math.min(shards, shardsInMainStack), deadLettersName: `${namePrefix}-shards-dead` };
  const further: ShardRange[] = [];
  for (let from = shardsInMainStack; from < shards; from += shardsInFurtherStack) {
    const to = Math.min(from + shardsInFurtherStack, shards);
    further.push({ from, to, deadLettersName: `${namePrefix}-shards-dead-${from}` });
  }
  return [first, ...further];
}
