import type { SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processFifoBatch } from '../../../lambdas/fan-out/process-fifo-batch.ts';

function record(messageId: string, group: string): SQSRecord {
  return { messageId, body: '', attributes: { MessageGroupId: group } } as unknown as SQSRecord;
}

describe('processFifoBatch', () => {
  it('gives back a failed record and all later ones of its group, and nothing else', async () => {
    const input = fc.array(fc.record({ group: fc.constantFrom('a', 'b', 'c'), fails: fc.boolean() }), {
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(input, async (entries) => {
        const records = entries.map((entry, index) => record(String(index), entry.group));
        const done = new Set<number>();
        const answer = await processFifoBatch(
          records,
          async (group) => {
            await Promise.resolve();
            const indexes = group.map(({ messageId }) => Number(messageId));
            expect(indexes).toEqual([...indexes].sort((left, right) => left - right));
            if (indexes.some((index) => entries[index]?.fails)) throw new Error('no');
            for (const index of indexes) done.add(index);
          },
          () => undefined,
        );
        const broken = new Set<string>();
        const expected = entries.flatMap(({ group, fails }, index) => {
          if (fails) broken.add(group);
          return broken.has(group) ? [index] : [];
        });
        const given = answer.batchItemFailures.map((failure) => Number(failure.itemIdentifier));
        expect(given.sort((left, right) => left - right)).toEqual(expected);
        expect([...done].sort((left, right) => left - right)).toEqual(
          entries.flatMap((_, index) => (expected.includes(index) ? [] : [index])),
        );
      }),
    );
  });

  it('hands a group over whole when nothing fails', async () => {
    const calls: string[][] = [];
    const records = ['a', 'b', 'a', 'a'].map((group, index) => record(String(index), group));
    await processFifoBatch(
      records,
      async (group) => void calls.push(group.map(({ messageId }) => messageId)),
      () => undefined,
    );
    expect(calls).toEqual([['0', '2', '3'], ['1']]);
  });
});
