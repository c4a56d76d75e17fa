import type { BinaryNode } from '@whiskeysockets/baileys';
import type { DirectoryEvent } from '../directory-event.ts';
import { identityOfJid } from './identity-of-jid.ts';

type PresenceEvent = Extract<DirectoryEvent, { type: 'presence' }>;

/**
 * Reads a presence or chatstate stanza; `undefined` for what it does not know.
 *
 * @example readPresence({ tag: 'chatstate', attrs: { from }, content: [{ tag: 'composing', attrs: {} }] })?.presence // 'typing'
 */
export function readPresence({ tag, attrs, content }: BinaryNode): PresenceEvent | undefined {
  const { from, participant, type, last } = attrs;
  if (!from) return undefined;
  const [state] = Array.isArray(content) ? content : [];
  const presence =
    tag === 'presence' ? (type === 'unavailable' ? 'offline' : 'online') : stateOf(state?.tag, state?.attrs.media);
  if (presence === undefined) return undefined;
  const seconds = Number(last);
  return {
    type: 'presence',
    chat: identityOfJid(from),
    from: identityOfJid(participant ?? from),
    presence,
    lastSeenAt: Number.isSafeInteger(seconds) && seconds > 0 ? new Date(seconds * 1000).toISOString() : null,
  };
}

function stateOf(tag: string | undefined, media: string | undefined): PresenceEvent['presence'] | undefined {
  if (tag === 'composing') return media === 'audio' ? 'recording' : 'typing';
  return tag === 'paused' ? 'paused' : undefined;
}
