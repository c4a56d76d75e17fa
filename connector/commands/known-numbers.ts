import { LRUCache } from 'lru-cache';
import type { EngineConnection } from '../engine/port.ts';

/** Numbers of all sessions together. */
const numbersMax = 50_000;
/** People rarely leave WhatsApp; people who are not there yet may come any minute. */
const presentMs = 86_400_000;
const absentMs = 60_000;

/**
 * Answers whether a number is on WhatsApp, asking at most once in a while: rc14 resolves a send to a number that is not there as
 * if all were well, so every first send is preceded by the question. `undefined` when WhatsApp did not answer.
 *
 * @example await createKnownNumbers()(connection, sessionId, '4915112345678') // true
 */
export function createKnownNumbers() {
  const known = new LRUCache<string, 'present' | 'absent'>({ max: numbersMax, ttl: presentMs });
  return async (connection: EngineConnection, sessionId: string, phone: string): Promise<boolean | undefined> => {
    const key = `${sessionId}/${phone}`;
    const cached = known.get(key);
    if (cached !== undefined) return cached === 'present';
    const present = await connection.isOnWhatsApp(phone);
    if (present !== undefined) {
      known.set(key, present ? 'present' : 'absent', { ttl: present ? presentMs : absentMs });
    }
    return present;
  };
}

export type KnownNumbers = ReturnType<typeof createKnownNumbers>;
