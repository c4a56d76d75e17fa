import type { proto, WASocket } from '@whiskeysockets/baileys';
import type { ReadMark } from '../port.ts';
import { readProtocol } from './content/protocol-bytes.ts';
import { jidOfChat } from './identity-of-jid.ts';

/** Tells senders that their messages were read, under the addresses with which the messages came. */
export async function markRead(socket: Pick<WASocket, 'readMessages'>, marks: readonly ReadMark[]): Promise<void> {
  const keys = marks.map(keyOf).filter((key) => key.fromMe !== true);
  if (keys.length > 0) await socket.readMessages(keys);
}

function keyOf({ messageId, chatId, from, protocol }: ReadMark): proto.IMessageKey {
  const known = protocol === undefined ? undefined : readProtocol(protocol).key;
  if (known) return known;
  const remoteJid = jidOfChat(chatId);
  const participant = remoteJid.endsWith('@g.us') && from !== null ? jidOfChat(from.id) : undefined;
  return { id: messageId, fromMe: false, remoteJid, ...(participant === undefined ? {} : { participant }) };
}
