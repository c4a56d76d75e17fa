import { LRUCache } from 'lru-cache';
import type { Identity } from '../../core/identity.ts';
import type { EngineConnection } from '../engine/port.ts';

/** Numbers of all sessions together. */
const numbersMax = 50_000;
/** People rarely leave WhatsApp; people who are not there yet may come any minute. */
const presentMs = 86_400_000;
const absentMs = 60_000;

/**
 * The account behind a number, asking at most once in a while: rc14 resolves a send to a number that is not there as if all were well, so
 * every first send is preceded by the question. `null` when there is none, `undefined` when WhatsApp did not answer.
 *
 * @example await createKnownNumbers()(connection, sessionId, '4915112345678') // { id: '81234@lid', phone: '+49…', … }
 */
export function createKnownNumbers() {
  const known = new LRUCache<string, { readonly account: Identity | null }>({ max: numbersMax });
  return async (
    connection: EngineConnection,
    sessionId: string,
    phone: string,
  ): Promise<Identity | null | undefined> => {
    const key = `${sessionId}/${phone}`;
    const cached = known.get(key);
    if (cached !== undefined) return cached.account;
    const account = await connection.findAccount(phone);
    if (account !== undefined) known.set(key, { account }, { ttl: account === null ? absentMs : presentMs });
    return account;
  };
}

export type KnownNumbers = ReturnType<typeof createKnownNumbers>;
