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
        const worked: number[] = [];
        const answer = await processFifoBatch(
          records,
          async ({ messageId }) => {
            await Promise.resolve();
            worked.push(Number(messageId));
            if (entries[Number(messageId)]?.fails) throw new Error('no');
          },
          () => undefined,
        );
        const broken = new Set<string>();
        const expected = entries.flatMap(({ group, fails }, index) => {
          if (fails) broken.add(group);
          return broken.has(group) ? [String(index)] : [];
        });
        expect(answer.batchItemFailures.map((failure) => Number(failure.itemIdentifier)).sort((a, b) => a - b)).toEqual(
          expected.map(Number),
        );
        for (const group of ['a', 'b', 'c']) {
          const order = worked.filter((index) => entries[index]?.group === group);
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
        const untouched = expected.filter((id) => !worked.includes(Number(id)));
        expect(worked.length + untouched.length).toBe(entries.length);
      }),
    );
  });
});
