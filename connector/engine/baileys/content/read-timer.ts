import { type BinaryNode, proto } from '@whiskeysockets/baileys';
import type { DirectoryEvent } from '../../directory-event.ts';
import { identityOfJid } from '../identity-of-jid.ts';
import { unwrapMessage } from './unwrap-message.ts';

type Timer = Extract<DirectoryEvent, { type: 'disappearing' }>;

/** What a message says of its chat's timer, or `undefined` when it says nothing of it. Groups tell theirs by notification. */
export function readTimer(outer: proto.IMessage, attrs: BinaryNode['attrs']): Timer | undefined {
  const { protocolMessage } = unwrapMessage(outer).message;
  if (protocolMessage?.type !== proto.Message.ProtocolMessage.Type.EPHEMERAL_SETTING) return undefined;
  const { from, recipient, sender_lid, sender_pn, peer_recipient_lid, t } = attrs;
  const chat = recipient || from;
  if (!chat || chat.endsWith('@g.us')) return undefined;
  const seconds = protocolMessage.ephemeralExpiration ?? 0;
  return {
    type: 'disappearing',
    chat: identityOfJid(chat, recipient ? peer_recipient_lid : (sender_lid ?? sender_pn)),
    seconds: Number.isSafeInteger(seconds) && seconds > 0 ? seconds : 0,
    at: new Date(Number(t ?? 0) * 1000).toISOString(),
  };
}
