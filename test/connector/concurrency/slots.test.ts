import { describe, expect, it } from 'vitest';
import { createSlots } from '../../../connector/concurrency/slots.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('slots', () => {
  it('let no more in than there are places, in the order of asking', async () => {
    const slots = createSlots(3);
    const inside = new Set<number>();
    const order: number[] = [];
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const giveBack = await slots.take();
        order.push(index);
        inside.add(index);
        most = Math.max(most, inside.size);
        await turn();
        inside.delete(index);
        giveBack();
        giveBack();
      }),
    );
    expect(most).toBe(3);
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('let who leaves go at once, without a place', async () => {
    const slots = createSlots(1);
    const giveBack = await slots.take();
    const leaving = new AbortController();
    const left = slots.take(leaving.signal);
    const next = slots.take();
    leaving.abort();
    (await left)();
    giveBack();
    await next;
    let entered = false;
    void slots.take().then(() => {
      entered = true;
    });
    await turn();
    expect(entered).toBe(false);
  });
});
