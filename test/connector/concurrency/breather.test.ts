import { describe, expect, it } from 'vitest';
import { createBreather } from '../../../connector/concurrency/breather.ts';

describe('a breather', () => {
  /** Counts turns of the event loop while a crowd works. */
  async function run(pieces: number, breathe: () => Promise<void>) {
    let turns = 0;
    let isDone = false;
    const tick = () => {
      turns += 1;
      if (!isDone) setImmediate(tick);
    };
    setImmediate(tick);
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: pieces }, async (_, index) => {
        await breathe();
        order.push(index);
      }),
    );
    isDone = true;
    return { turns, order };
  }

  it('lets others in after every few pieces, and keeps the order', async () => {
    const { turns, order } = await run(300, createBreather());
    expect(turns).toBeGreaterThanOrEqual(70);
    expect(order).toEqual(Array.from({ length: 300 }, (_, index) => index));
  });

  it('is needed: without it nobody else comes in', async () => {
    expect((await run(300, async () => undefined)).turns).toBe(0);
  });

  it('lets a few through at once', async () => {
    expect((await run(4, createBreather())).turns).toBe(0);
  });
});
