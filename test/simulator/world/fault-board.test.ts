import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FaultBoard } from '../../../simulator/world/fault-board.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('strikes one account or all, as often as it may, for as long as it may', () => {
  const changed = vi.fn();
  const board = new FaultBoard(changed);
  board.add({ kind: 'lose-acks', phone: '1', count: 2 });
  expect(board.find('lose-acks', '2')).toBeUndefined();
  expect(board.strike('lose-acks', '1')).toBeDefined();
  expect(board.strike('lose-acks', '1')).toBeDefined();
  expect(board.strike('lose-acks', '1')).toBeUndefined();

  board.add({ kind: 'refuse-login', code: 403, endsAt: Date.now() + 1000 });
  expect(board.find('refuse-login', 'anyone')?.code).toBe(403);
  changed.mockClear();
  vi.advanceTimersByTime(1001);
  expect(changed).toHaveBeenCalledTimes(1);
  expect(board.find('refuse-login', 'anyone')).toBeUndefined();
  expect(board.all()).toEqual([]);
});

it('is cleared one by one or whole', () => {
  const board = new FaultBoard(() => undefined);
  const first = board.add({ kind: 'silence' });
  board.add({ kind: 'passkey' });
  expect(board.clear(first?.id)).toBe(1);
  expect(board.clear(first?.id)).toBe(0);
  expect(board.clear()).toBe(1);
});
