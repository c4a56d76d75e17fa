import type { WASocket } from '@whiskeysockets/baileys';

/**
 * Takes back what Baileys 7.0.0-rc14 says of the account's presence: at every change of the credentials that names no new name it sends a
 * presence without a type, which means available, and from then on the owner's phone gets no notifications. Its own listener is older
 * than this one, so that the frame which takes it back goes out right behind. To be called once the connection is open; check again with
 * each version.
 *
 * @example if (connection === 'open' && options.markOnline !== true) stayAway(socket, report)
 */
export function stayAway(
  { ev, sendPresenceUpdate }: Pick<WASocket, 'ev' | 'sendPresenceUpdate'>,
  report: (error: unknown) => void,
): void {
  ev.on('creds.update', () => void sendPresenceUpdate('unavailable').catch(report));
}
