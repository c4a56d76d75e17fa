import { expect, it } from 'vitest';
import { protectWhileNeeded } from '../../../connector/membership/protect-while-needed.ts';

it('protects while shards are owned, and gives up only when it retires without a session', () => {
  const state = { shards: 1, sessions: 1, isProtected: false };
  const protection = {
    set: (isProtected: boolean) => void Object.assign(state, { isProtected }),
    stop: () => undefined,
  };
  const protect = protectWhileNeeded(protection, () => state);
  const after = (event?: Parameters<typeof protect>[0]) => {
    protect(event);
    return state.isProtected;
  };
  expect(after()).toBe(true);
  expect(after({ type: 'draining', reason: 'retiring', shards: 1 })).toBe(true);
  state.sessions = 0;
  expect(after({ type: 'planning' })).toBe(false);
  expect(after({ type: 'serving_again' })).toBe(true);
  expect(after({ type: 'draining', reason: 'newer_revision', shards: 1 })).toBe(true);
  state.shards = 0;
  expect(after({ type: 'drained', reason: 'newer_revision' })).toBe(false);
});
