import { expect, test } from 'vitest';
import type { DeliveryTask } from '../../../core/webhooks/delivery.ts';
import { judgeOutcome } from '../../../lambdas/deliver/judge-outcome.ts';
import { hopsMax, planWake, queueDelaySecondsMax } from '../../../lambdas/deliver/plan-wake.ts';
import { attemptsMax, retryStepsSeconds } from '../../../lambdas/deliver/retry-schedule.ts';

const runs = 10_000;
const outcome = {
  kind: 'answer',
  statusCode: 500,
  headers: {},
  head: Buffer.alloc(0),
  isCut: false,
  durationMs: 5,
} as const;

test('10,000 deliveries that never succeed are tried ten times at the right moments, with few hops and over about 75 hours', () => {
  const spans: number[] = [];
  // Asserted at the end: an assertion for each of 90,000 draws would take longer than the draws.
  const wrong: string[] = [];
  const seen = retryStepsSeconds.map(() => ({ least: Number.POSITIVE_INFINITY, most: 0 }));
  for (let run = 0; run < runs; run++) {
    let nowMs = 0;
    let task = { version: 1, attempt: 1 } as DeliveryTask;
    for (let attempt = 1; ; attempt++) {
      const verdict = judgeOutcome({ outcome, attemptsMade: attempt, nowMs, random: Math.random() });
      if (verdict.state === 'exhausted') {
        if (attempt !== attemptsMax) wrong.push(`ended after ${attempt}`);
        break;
      }
      if (verdict.state !== 'waiting') throw new Error('A 500 ended a delivery.');
      const step = retryStepsSeconds[attempt - 1] ?? 0;
      const share = verdict.delaySeconds / step;
      if (share < 0.8 || share > 1.2) wrong.push(`try ${attempt} after ${verdict.delaySeconds} s`);
      const bounds = seen[attempt - 1];
      if (bounds !== undefined) {
        bounds.least = Math.min(bounds.least, verdict.delaySeconds);
        bounds.most = Math.max(bounds.most, verdict.delaySeconds);
      }
      const plan = planWake(task, { delaySeconds: verdict.delaySeconds, lane: 'fast', nowMs, sweepGraceMs: 300_000 });
      const isSwept = plan.message === undefined;
      if (isSwept !== verdict.delaySeconds > queueDelaySecondsMax) wrong.push(`woken wrongly after ${attempt}`);
      // The sweep's message begins a new chain.
      task = plan.message?.task ?? ({ version: 1 } as DeliveryTask);
      if ((task.hops ?? 0) > 2) wrong.push(`hop ${task.hops}`);
      nowMs = plan.wake.dueAtMs;
    }
    spans.push(nowMs / 3_600_000);
  }
  expect(wrong).toEqual([]);
  for (const [index, { least, most }] of seen.entries()) {
    expect(most - least).toBeGreaterThanOrEqual(0.3 * (retryStepsSeconds[index] ?? 0));
  }
  const mean = spans.reduce((sum, span) => sum + span, 0) / runs;
  expect(mean).toBeGreaterThan(74.5);
  expect(mean).toBeLessThan(76.7);
});

test('whatever sends a task away again and again, the chain of hops ends with the sweep', () => {
  let task = { version: 1 } as DeliveryTask;
  for (let hop = 1; hop <= hopsMax; hop++) {
    const { message } = planWake(task, { delaySeconds: 1, lane: 'fast', nowMs: 0, sweepGraceMs: 300_000 });
    task = message?.task ?? task;
    expect(task.hops).toBe(hop);
  }
  const last = planWake(task, { delaySeconds: 1, lane: 'fast', nowMs: 0, sweepGraceMs: 300_000 });
  expect(last.message).toBeUndefined();
  expect(last.wake.sweepAtMs).toBe(1_000);
});
