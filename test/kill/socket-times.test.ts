import { describe, expect, it } from 'vitest';
import type { SimulatorEvent } from '../e2e/support/simulator-client.ts';
import { seededRandom, shuffle } from './random.ts';
import { explainConflicts, type StruckFault, socketGaps } from './socket-times.ts';

let number = 0;
const event = (kind: string, atMs: number, connection: number, phone = 'p'): SimulatorEvent => ({
  number: ++number,
  ...{ kind, atMs, connection, phone },
});
const fault = (kind: StruckFault['kind'], atMs: number, endMs: number): StruckFault => ({
  ...{ kind, workerId: 'worker-1', atMs, endMs, settled: true },
});

describe('time without a socket', () => {
  it('lies between a close and the next login, and belongs to the fault in whose time it began', () => {
    const events = [
      event('login', 0, 1),
      event('socket-close', 1_000, 1),
      event('login', 2_500, 2),
      event('login', 0, 3, 'other'),
      event('socket-close', 5_100, 2),
      event('login', 5_600, 4),
    ];
    const faults = [fault('kill', 900, 5_000), fault('deploy', 5_000, 9_000)];
    expect(socketGaps(events, faults)).toEqual([
      { phone: 'p', kind: 'kill', milliseconds: 1_500 },
      { phone: 'p', kind: 'deploy', milliseconds: 500 },
    ]);
  });

  it('begins with the freeze for the socket of a frozen process', () => {
    const events = [
      event('login', 0, 1),
      event('conflict', 9_000, 1),
      event('socket-close', 9_000, 1),
      event('login', 9_000, 2),
    ];
    expect(socketGaps(events, [fault('freeze', 1_000, 20_000)])).toEqual([
      { phone: 'p', kind: 'freeze', milliseconds: 8_000 },
    ]);
  });
});

describe('a 440', () => {
  const replaced = [event('login', 0, 1), event('conflict', 9_000, 1), event('login', 9_000, 2)];

  it('is explained by the freeze of the process that held the socket', () => {
    const [conflict] = explainConflicts(replaced, [fault('freeze', 1_000, 20_000)]);
    expect(conflict?.explanation).toBe('taken over 8000 ms after worker worker-1 froze');
  });

  it('is not explained by another fault, nor when the socket was opened after the freeze', () => {
    const late = [event('login', 1_001, 1), event('conflict', 9_000, 1), event('login', 9_000, 2)];
    for (const [events, kind] of [
      [replaced, 'kill'],
      [replaced, 'deploy'],
      [late, 'freeze'],
    ] as const) {
      expect(explainConflicts(events, [fault(kind, 1_000, 20_000)])).toEqual([{ phone: 'p', atMs: 9_000 }]);
    }
    expect(explainConflicts(replaced, [])).toHaveLength(1);
  });
});

it('is the same run for the same seed', () => {
  const order = (seed: number) => shuffle([1, 2, 3, 4, 5, 6, 7, 8], seededRandom(seed));
  expect(order(7)).toEqual(order(7));
  expect(order(7)).not.toEqual(order(8));
  expect(order(7).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});
