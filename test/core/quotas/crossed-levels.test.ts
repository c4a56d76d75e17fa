import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossedLevels, warningCount } from '../../../core/quotas/crossed-levels.ts';

describe('crossedLevels', () => {
  it.each([
    [10, 7, 8, ['warning']],
    [10, 8, 9, []],
    [10, 9, 10, ['exceeded']],
    [10, 0, 10, ['warning', 'exceeded']],
    [10, 10, 11, []],
    [1, 0, 1, ['exceeded']],
    [4, 3, 4, ['exceeded']],
    [35, 27, 28, ['warning']],
    [0, 0, 1, []],
  ])('of a limit of %i, from %i to %i, are %j', (limit, before, after, levels) => {
    expect(crossedLevels({ before, after, limit })).toEqual(levels);
  });

  it('tells each level at exactly one of the steps that fill a quota, in whatever portions', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }),
        (limit, portions) => {
          let used = 0;
          const told: string[] = [];
          for (const portion of portions) {
            if (used + portion > limit) continue;
            told.push(...crossedLevels({ before: used, after: used + portion, limit }));
            used += portion;
          }
          const hasWarning = used >= warningCount(limit) && warningCount(limit) < limit;
          expect(told).toEqual([...(hasWarning ? ['warning'] : []), ...(used === limit ? ['exceeded'] : [])]);
        },
      ),
    );
  });

  it('warns at the first count that is 80 % or more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (limit) => {
        const count = warningCount(limit);
        expect(count * 10).toBeGreaterThanOrEqual(limit * 8);
        expect((count - 1) * 10).toBeLessThan(limit * 8);
      }),
    );
  });
});
