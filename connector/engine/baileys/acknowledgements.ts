import type { SendOutcome } from '../port.ts';

/** WhatsApp answers within a second; a socket that is silent for this long is broken, whatever its state says. */
export const acknowledgementMs = 15_000;

/**
 * Waits for the server's answer to each sent message. `sendMessage` of Baileys resolves when the bytes are written, and a positive
 * ack makes no event at all, so the stanza itself is watched.
 *
 * @example
 * const answer = acknowledgements.expect(messageId);
 * await write();
 * const outcome = await answer.within(acknowledgementMs);
 */
export function createAcknowledgements(now: () => number) {
  const waiting = new Map<string, (outcome: SendOutcome) => void>();

  const settle = (messageId: string | undefined, outcome: SendOutcome) => {
    if (messageId === undefined) return;
    waiting.get(messageId)?.(outcome);
  };

  return {
    expect: (messageId: string) => {
      const { promise, resolve } = Promise.withResolvers<SendOutcome>();
      waiting.set(messageId, resolve);
      let timer: NodeJS.Timeout | undefined;
      const forget = () => {
        clearTimeout(timer);
        if (waiting.get(messageId) === resolve) waiting.delete(messageId);
      };
      return {
        within: (timeoutMs: number): Promise<SendOutcome> => {
          timer = setTimeout(() => resolve({ kind: 'unknown', reason: 'no_acknowledgement' }), timeoutMs);
          return promise.finally(forget);
        },
        forget,
      };
    },
    /** `attrs` of an `<ack class="message">`. */
    take: (attrs: Readonly<Record<string, string>>) => {
      const { id, error, t } = attrs;
      if (error !== undefined) return settle(id, { kind: 'refused', code: Number(error) });
      return settle(id, {
        kind: 'acknowledged',
        at: new Date(t === undefined ? now() : Number(t) * 1000).toISOString(),
      });
    },
    /** A receipt of the recipient proves more than an ack, and may come first. */
    takeReceipt: (messageIds: readonly string[], at: string) => {
      for (const messageId of messageIds) settle(messageId, { kind: 'acknowledged', at });
    },
    /** The socket closed. */
    abandon: () => {
      for (const resolve of waiting.values()) resolve({ kind: 'unknown', reason: 'connection_closed' });
      waiting.clear();
    },
  };
}

export type Acknowledgements = ReturnType<typeof createAcknowledgements>;
