import type { WASocket } from '@whiskeysockets/baileys';

/** A ping is answered within a second, or the connection is about to be given up. */
const answerMs = 5_000;
const server = 's.whatsapp.net';

/**
 * A presence, which WhatsApp does not answer, and behind it a ping, which it does. `unavailable` says that a client is there and its owner is
 * not: contacts see nobody online and the phone keeps its notifications, which it would lose to `available`. Baileys itself says the same
 * once after each login (`markOnlineOnConnect: false`), and then never again. Resolves to milliseconds; rejects when nothing came.
 */
export async function probe(
  socket: Pick<WASocket, 'sendPresenceUpdate' | 'query' | 'generateMessageTag'>,
  { isOnline, monotonicNow }: { readonly isOnline: boolean; readonly monotonicNow: () => number },
): Promise<number> {
  await socket.sendPresenceUpdate(isOnline ? 'available' : 'unavailable');
  const startedAtMs = monotonicNow();
  const attrs = { id: socket.generateMessageTag(), to: server, type: 'get', xmlns: 'w:p' };
  await socket.query({ tag: 'iq', attrs, content: [{ tag: 'ping', attrs: {} }] }, answerMs);
  return Math.round(monotonicNow() - startedAtMs);
}
