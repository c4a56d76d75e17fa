import type { App, Stack } from 'aws-cdk-lib';
import { MoreShardsStack, type MoreShardsStackProps } from './more-shards-stack.ts';
import { shardRanges } from './shard-ranges.ts';

/** Stacks for the shards that the main stack has no room for. They are deployed before it, so that no session meets a missing queue. */
export function addMoreShards(app: App, main: Stack, props: Pick<MoreShardsStackProps, 'options' | 'env'>): void {
  const { stage, shards } = props.options;
  const [, ...further] = shardRanges(`wharf-${stage}`, shards);
  for (const range of further) {
    main.addDependency(new MoreShardsStack(app, `Wharf-${stage}-Shards${range.from}`, { ...props, range }));
  }
}
