import type { BaileysEventMap } from '@whiskeysockets/baileys';
import type { PastChat } from '../directory-event.ts';
import { identityOfJid } from './identity-of-jid.ts';

type Chats = BaileysEventMap['messaging-history.set']['chats'];

/** Accounts that are years old have thousands; who was not written to for long is one of the others. */
const chatsMax = 2_000;
/** A later moment is none: the year 2286. */
const secondsMax = 10_000_000_000;

/**
 * The chats with people out of a first history, newest first. A chat without a moment is left out: nothing was written there.
 *
 * @example readPastChats(chats) // [{ chat: { id: '81234@lid', … }, lastMessageAt: '2026-11-20T08:00:00.000Z' }]
 */
export function readPastChats(chats: Chats): PastChat[] {
  return chats
    .flatMap(({ id, lidJid, pnJid, conversationTimestamp }) => {
      const seconds = Number(conversationTimestamp ?? 0);
      if (!id || !(seconds > 0 && seconds < secondsMax)) return [];
      const chat = identityOfJid(id, lidJid ?? pnJid);
      if (chat.lid === null && chat.phone === null) return [];
      return [{ chat, lastMessageAt: new Date(seconds * 1_000).toISOString() }];
    })
    .sort((one, other) => (one.lastMessageAt > other.lastMessageAt ? -1 : 1))
    .slice(0, chatsMax);
}
