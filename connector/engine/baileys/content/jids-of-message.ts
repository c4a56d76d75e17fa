import type { proto } from '@whiskeysockets/baileys';
import { contextInfoOf, mentionsMax } from './read-context.ts';
import { unwrapMessage } from './unwrap-message.ts';

/**
 * Addresses of people that a message names: mentions, the author of what it quotes, the author of what it changes.
 *
 * @example jidsOfMessage({ extendedTextMessage: { text: '@1', contextInfo: { mentionedJid: ['1@lid'] } } }) // ['1@lid']
 */
export function jidsOfMessage(outer: proto.IMessage): string[] {
  const { message } = unwrapMessage(outer);
  const info = contextInfoOf(message);
  const { protocolMessage, reactionMessage, pollUpdateMessage, secretEncryptedMessage, encReactionMessage } = message;
  const keys = [
    protocolMessage?.key,
    reactionMessage?.key,
    pollUpdateMessage?.pollCreationMessageKey,
    secretEncryptedMessage?.targetMessageKey,
    encReactionMessage?.targetMessageKey,
  ];
  const named = [info?.participant, ...keys.map((key) => key?.participant), ...(info?.mentionedJid ?? [])];
  return [...new Set(named.filter((jid): jid is string => Boolean(jid)))].slice(0, mentionsMax);
}
