import { afterEach, expect, it } from 'vitest';
import { useSmallBufferPool } from '../../../connector/memory/small-buffer-pool.ts';

const before = Buffer.poolSize;

afterEach(() => {
  Buffer.poolSize = before;
});

it('lets a small buffer that is kept pin 8 KiB and no more', () => {
  useSmallBufferPool();
  // The piece that Node holds at this moment is used up first.
  const used = Array.from({ length: 128 }, () => Buffer.allocUnsafe(1_024));
  const kept = Buffer.from('a key of thirty-two bytes, kept.');
  expect(kept.buffer.byteLength).toBe(8 * 1024);
  expect(new Set(used.slice(-28).map(({ buffer }) => buffer)).size).toBeGreaterThan(3);
});
