import type { WAMessage } from '@whiskeysockets/baileys';
import { type OwnAddresses, readStanza, type StanzaMessage } from './read-stanza.ts';

/**
 * A message that the phone sent again because its first copy came without content (advertisements, mostly). It has no stanza of
 * its own, so the key stands in for one.
 */
export function readResentMessage(
  sessionId: string,
  { key, message, messageTimestamp, pushName }: WAMessage,
  me: OwnAddresses,
): StanzaMessage | undefined {
  if (!message || !key.id || !key.remoteJid) return undefined;
  const present: Record<string, string | null | undefined> = {
    id: key.id,
    from: key.fromMe ? me.id : key.remoteJid,
    recipient: key.fromMe ? key.remoteJid : undefined,
    participant: key.participant,
    notify: pushName,
    t: String(messageTimestamp ?? 0),
    offline: '0',
  };
  const attrs = Object.fromEntries(
    Object.entries(present).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  return readStanza({
    sessionId,
    attrs,
    message,
    me,
    knownAlternate: key.participantAlt ?? key.remoteJidAlt ?? undefined,
  });
}
