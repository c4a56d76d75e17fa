import type { SocketConfig } from '@whiskeysockets/baileys';
import { LRUCache } from 'lru-cache';

type Cache = NonNullable<SocketConfig['userDevicesCache']>;

/** Baileys' own lifetimes. */
const hourMs = 3_600_000;
const fiveMinutesMs = 300_000;
/** Entries of all sessions of a process together. */
const entriesMax = 20_000;

/** Caches that Baileys would otherwise create per socket (about 23 kB each). */
export interface SessionCaches {
  readonly msgRetryCounterCache: Cache;
  readonly placeholderResendCache: Cache;
  readonly userDevicesCache: Cache;
  readonly callOfferCache: Cache;
}

/**
 * One bounded store per kind for the whole process, seen by each session through a prefix of its own: the keys of Baileys are
 * message ids and users without the session, so a plainly shared cache would mix tenants.
 *
 * @example const cachesOf = createSharedCaches(); makeWASocket({ ...cachesOf(sessionId) })
 */
export function createSharedCaches(): (sessionId: string) => SessionCaches {
  const retries = new LRUCache<string, object>({ max: entriesMax, ttl: hourMs });
  const placeholders = new LRUCache<string, object>({ max: entriesMax, ttl: hourMs });
  const devices = new LRUCache<string, object>({ max: entriesMax, ttl: fiveMinutesMs });
  const calls = new LRUCache<string, object>({ max: entriesMax, ttl: fiveMinutesMs });
  return (sessionId) => ({
    msgRetryCounterCache: view(retries, sessionId),
    placeholderResendCache: view(placeholders, sessionId),
    userDevicesCache: view(devices, sessionId),
    callOfferCache: view(calls, sessionId),
  });
}

/** Values are boxed because the store takes objects and Baileys also keeps numbers. */
function view(store: LRUCache<string, object>, sessionId: string): Cache {
  const name = (key: string) => `${sessionId}/${key}`;
  return {
    get: <T>(key: string) => (store.get(name(key)) as { value: T } | undefined)?.value,
    set: (key, value) => {
      store.set(name(key), { value });
    },
    del: (key) => {
      store.delete(name(key));
    },
    flushAll: () => {
      for (const key of store.keys()) if (key.startsWith(`${sessionId}/`)) store.delete(key);
    },
  };
}
