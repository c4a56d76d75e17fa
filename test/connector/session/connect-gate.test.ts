import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectGate } from '../../../connector/session/connect-gate.ts';

const never = new AbortController().signal;

describe('connect gate', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const warnings: unknown[] = [];
  const makeGate = () => {
    warnings.length = 0;
    return new ConnectGate({ now: () => performance.now(), logger: { warn: (fields) => void warnings.push(fields) } });
  };
  /** Asks for `count` turns at once; the list says in which order they came. */
  const ask = (gate: ConnectGate, count: number, signal = never) => {
    const passed: number[] = [];
    for (let index = 0; index < count; index++) void gate.pass(signal).then(() => passed.push(index));
    return passed;
  };

  it('opens a burst of 40 and then 20 a second, in the order of asking', async () => {
    const passed = ask(makeGate(), 100);
    await vi.advanceTimersByTimeAsync(0);
    expect(passed).toHaveLength(40);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(passed.length).toBeGreaterThanOrEqual(58);
    expect(passed.length).toBeLessThanOrEqual(61);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(passed).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it('slows down to 5 a second when most sockets fell within ten seconds, says so once, and recovers', async () => {
    const gate = makeGate();
    for (let open = 0; open < 100; open++) gate.countOpen(1);
    for (let fallen = 0; fallen < 80; fallen++) {
      gate.countOpen(-1);
      gate.fell();
    }
    expect(gate.isStorm).toBe(true);
    const passed = ask(gate, 200);
    await vi.advanceTimersByTimeAsync(0);
    expect(passed).toHaveLength(5);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(passed.length).toBeLessThanOrEqual(51);
    expect(passed.length).toBeGreaterThanOrEqual(45);
    for (let back = 0; back < passed.length; back++) gate.countOpen(1);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(gate.isStorm).toBe(false);
    expect(passed).toHaveLength(200);
    expect(warnings).toEqual([{ fell: 51, open: 49 }]);
  });

  it('stays slow while the tries fail', async () => {
    const gate = makeGate();
    for (let second = 0; second < 60; second++) {
      for (let tries = 0; tries < 5; tries++) gate.fell();
      await vi.advanceTimersByTimeAsync(1_000);
      if (second > 2) expect(gate.isStorm).toBe(true);
    }
    expect(warnings).toHaveLength(1);
  });

  it('has a storm exactly when more than half of at least ten sockets fell', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (fell, standing) => {
        const gate = makeGate();
        for (let open = 0; open < fell + standing; open++) gate.countOpen(1);
        for (let fallen = 0; fallen < fell; fallen++) {
          gate.countOpen(-1);
          gate.fell();
        }
        expect(gate.isStorm).toBe(fell >= 10 && fell > (fell + standing) / 2);
      }),
    );
  });

  it('goes slowly although its own sockets stand, as long as the fleet says so, and tells of it once', async () => {
    const gate = makeGate();
    for (let open = 0; open < 3; open++) gate.countOpen(1);
    gate.fell();
    expect([gate.isStorm, gate.fallCount]).toEqual([false, 1]);
    gate.noteFleet(true);
    gate.noteFleet(true);
    const passed = ask(gate, 60);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(passed.length).toBeGreaterThanOrEqual(14);
    expect(passed.length).toBeLessThanOrEqual(16);
    expect(warnings).toHaveLength(1);
    gate.noteFleet(false);
    expect(gate.isStorm).toBe(false);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(passed).toHaveLength(60);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(gate.fallCount).toBe(0);
  });

  it('gives the turn of who left to the next, and keeps no timer for nobody', async () => {
    const gate = makeGate();
    const leaving = new AbortController();
    ask(gate, 40);
    const left = ask(gate, 1_000, leaving.signal);
    const staying = ask(gate, 1);
    leaving.abort();
    await vi.advanceTimersByTimeAsync(60);
    expect(left).toHaveLength(1_000);
    expect(staying).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60);
    expect(vi.getTimerCount()).toBe(0);
  });
});
