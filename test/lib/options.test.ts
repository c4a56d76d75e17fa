import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readOptions } from '../../lib/options.ts';

describe('readOptions', () => {
  test('without any context gives a protected production stage with 64 shards', () => {
    expect(readOptions({})).toMatchObject({ stage: 'production', shards: 64, deletionProtection: true });
  });

  test('a single option from the command line wins over the object of cdk.json', () => {
    expect(readOptions({ wharf: { stage: 'staging', shards: 8 }, shards: '16' })).toMatchObject({
      stage: 'staging',
      shards: 16,
    });
  });

  test('names of CDK itself are not options', () => {
    expect(() =>
      readOptions({ 'aws:cdk:enable-path-metadata': true, '@aws-cdk/core:x': true, nag: 'true' }),
    ).not.toThrow();
  });

  test.each([
    [{ wharf: { shard: 3 } }, 'There is no option `shard`'],
    [{ shard: 3 }, 'There is no option `shard`'],
    [{ stage: 'Production' }, '`stage`: must be'],
    [{ shards: 0 }, '`shards`'],
    [{ shards: 1_001 }, '`shards`'],
    [{ taskCpu: 256, taskMemoryMiB: 4_096 }, '`taskMemoryMiB`: does not go with taskCpu'],
    [{ taskCpu: 1_024, taskMemoryMiB: 2_500 }, '`taskMemoryMiB`'],
    [{ logRetentionDays: 31 }, '`logRetentionDays`'],
    [{ corsOrigins: ['https://app.example.com/path'] }, '`corsOrigins.0`'],
    [{ wharf: [] }, 'must be an object'],
  ])('%j is refused by name', (context, message) => {
    expect(() => readOptions(context)).toThrow(message);
  });
});

test('the deployment guide lists every option with its default', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
  for (const [name, value] of Object.entries(readOptions({}))) {
    const shown = Array.isArray(value) ? 'none' : String(value);
    expect(guide, name).toMatch(new RegExp(`^\\| \`${name}\` +\\| \`?${shown}\`? +\\|`, 'm'));
  }
});
