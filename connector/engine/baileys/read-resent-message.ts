import type { WAMessage } from '@whiskeysockets/baileys';
import type { Identify } from './content/identify.ts';
import { jidsOfMessage } from './content/jids-of-message.ts';
import { phoneOfJid } from './identity-of-jid.ts';
import { type OwnAddresses, readStanza, type StanzaMessage } from './read-stanza.ts';

/**
 * A message that the phone sent again because its first copy came without content (advertisements, mostly). It has no stanza of
 * its own, so the key stands in for one.
 */
export function readResentMessage(
  sessionId: string,
  { key, message, messageTimestamp, pushName }: WAMessage,
  me: OwnAddresses,
  identify: Identify,
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
  const sender = key.participant || key.remoteJid;
  const knownAlternate = key.participantAlt ?? key.remoteJidAlt ?? alternateOf(sender, identify);
  return readStanza({ sessionId, attrs, message, me, knownAlternate, identify });
}

/** Whom such a message names: the phone writes one address of each, and the keys may hold the other. */
export function jidsOfResent({ key, message }: WAMessage): string[] {
  const named = [key.participant, key.remoteJid].filter((jid): jid is string => Boolean(jid));
  return [...new Set([...named, ...(message ? jidsOfMessage(message) : [])])];
}

function alternateOf(sender: string, identify: Identify): string | undefined {
  const { lid, phone } = identify(sender);
  if (phoneOfJid(sender) !== undefined) return lid ?? undefined;
  return phone === null ? undefined : `${phone.replace('+', '')}@s.whatsapp.net`;
}
