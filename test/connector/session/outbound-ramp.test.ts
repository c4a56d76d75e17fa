import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutboundRamp, rampMs, sendGapMs } from '../../../connector/session/outbound-ramp.ts';

describe('outbound ramp', () => {
  it('does not hold a session that was never away', () => {
    const ramp = new OutboundRamp(() => 0);
    expect([1, 2, 3].map(() => ramp.takeDelayMs())).toEqual([0, 0, 0]);
  });

  it('sends the first message at once, then one a second, and without any pause after a minute', () => {
    let nowMs = 5_000;
    const ramp = new OutboundRamp(() => nowMs);
    ramp.returned();
    expect(ramp.takeDelayMs()).toBe(0);
    expect(ramp.takeDelayMs()).toBe(1_000);
    nowMs += rampMs;
    expect([1, 2, 3].map(() => ramp.takeDelayMs())).toEqual([0, 0, 0]);
  });

  it('keeps the order, and lets everything out within the minute and its gap', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 300 }), (thinking) => {
        let nowMs = 0;
        const ramp = new OutboundRamp(() => nowMs);
        ramp.returned();
        let lastMs = Number.NEGATIVE_INFINITY;
        for (const thinkMs of thinking) {
          nowMs += thinkMs;
          const gapMs = sendGapMs(nowMs);
          const delayMs = ramp.takeDelayMs();
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(1_000);
          // One message at a time: the next is asked for only after this one was sent.
          nowMs += delayMs;
          expect(nowMs - lastMs).toBeGreaterThanOrEqual(gapMs - 1e-6);
          lastMs = nowMs;
        }
      }),
    );
  });
});
