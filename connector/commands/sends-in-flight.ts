import { within } from '../concurrency/within.ts';

/** Which messages are being sent right now, so that their receipts can wait for the end of it. */
export interface SendsInFlight {
  /** Marks a send until `work` has settled. */
  track<T>(sessionId: string, messageId: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when the message is not being sent, at the latest after `timeoutMs`. */
  settled(sessionId: string, messageId: string, timeoutMs: number): Promise<void>;
}

/** @example const sends = createSendsInFlight(); await sends.track(sessionId, messageId, () => send()); */
export function createSendsInFlight(): SendsInFlight {
  const running = new Map<string, Promise<unknown>>();
  return {
    track: async (sessionId, messageId, work) => {
      const key = `${sessionId}/${messageId}`;
      const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
      running.set(key, finished);
      try {
        return await work();
      } finally {
        running.delete(key);
        finish();
      }
    },
    settled: async (sessionId, messageId, timeoutMs) => {
      const finished = running.get(`${sessionId}/${messageId}`);
      if (finished !== undefined) await within(timeoutMs, finished);
    },
  };
}
