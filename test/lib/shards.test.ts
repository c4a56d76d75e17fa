import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { addMoreShards } from '../../lib/fleet/add-more-shards.ts';
import { shardRanges } from '../../lib/fleet/shard-ranges.ts';
import { readOptions } from '../../lib/options.ts';
import { createStack } from './support/synthesize.ts';

describe('shards', () => {
  test('are dealt to stacks without a gap and without an overlap', () => {
    for (const shards of [1, 64, 200, 201, 600, 601, 1_000]) {
      const ranges = shardRanges('wharf-test', shards);
      expect(ranges[0].from).toBe(0);
      expect(ranges.at(-1)?.to).toBe(shards);
      for (const [index, range] of ranges.entries()) expect(range.from).toBe(ranges[index - 1]?.to ?? 0);
      expect(new Set(ranges.map(({ deadLettersName }) => deadLettersName)).size).toBe(ranges.length);
    }
  });

  test('fit into the 500 resources of a stack, however many there are', () => {
    const { app, stack } = createStack({ shards: 1_000 });
    addMoreShards(app as App, stack, { options: readOptions({ shards: 1_000 }) });
    const counts = app.node.children
      .filter((child) => child.node.id.startsWith('Wharf-'))
      .map((child) => Object.keys(Template.fromStack(child as typeof stack).toJSON().Resources).length);
    expect(counts).toHaveLength(3);
    for (const count of counts) expect(count).toBeLessThan(500);
  });
});
