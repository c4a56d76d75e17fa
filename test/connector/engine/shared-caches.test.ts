import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSharedCaches } from '../../../connector/engine/baileys/shared-caches.ts';

const kinds = ['msgRetryCounterCache', 'placeholderResendCache', 'userDevicesCache', 'callOfferCache'] as const;

describe('caches shared by sessions', () => {
  it('show no session what another one put in under the same key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...kinds), fc.string({ minLength: 1 }), async (kind, key) => {
        const cachesOf = createSharedCaches();
        await cachesOf('ses_1')[kind].set(key, 'mine');
        expect(await cachesOf('ses_2')[kind].get(key)).toBeUndefined();
        await cachesOf('ses_2')[kind].set(key, 'theirs');
        await cachesOf('ses_2')[kind].del(key);
        expect(await cachesOf('ses_1')[kind].get(key)).toBe('mine');
      }),
    );
  });

  it('are emptied for one session alone, also when its id begins like another', async () => {
    const cachesOf = createSharedCaches();
    await cachesOf('ses_1').userDevicesCache.set('user', 1);
    await cachesOf('ses_12').userDevicesCache.set('user', 2);
    await cachesOf('ses_1').userDevicesCache.flushAll();
    expect(await cachesOf('ses_1').userDevicesCache.get('user')).toBeUndefined();
    expect(await cachesOf('ses_12').userDevicesCache.get('user')).toBe(2);
  });

  it('hold a bounded number of entries, the latest', async () => {
    const { msgRetryCounterCache } = createSharedCaches()('ses_1');
    for (let entry = 0; entry <= 20_000; entry++) await msgRetryCounterCache.set(`message ${entry}`, 1);
    expect(await msgRetryCounterCache.get('message 0')).toBeUndefined();
    expect(await msgRetryCounterCache.get('message 20000')).toBe(1);
  });
});
