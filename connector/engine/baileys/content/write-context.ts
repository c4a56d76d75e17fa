import { jidNormalizedUser, type proto } from '@whiskeysockets/baileys';
import type { Identity } from '../../../../core/identity.ts';
import type { OutgoingMessage } from '../../port.ts';
import { jidOfChat } from '../identity-of-jid.ts';
import { readProtocol } from './protocol-bytes.ts';
import { unwrapMessage } from './unwrap-message.ts';

/** Puts what accompanies a message into the one field of it that holds its content. */
export function writeContext(message: proto.IMessage, outgoing: OutgoingMessage): void {
  const { context } = outgoing;
  if (context === undefined) return;
  const info: proto.IContextInfo = {
    ...(context.replyTo === undefined ? {} : quote(outgoing, context.replyTo)),
    ...(context.mentions === undefined || context.mentions.length === 0
      ? {}
      : { mentionedJid: context.mentions.map(addressOf) }),
    ...(context.mentionsAll === true ? { nonJidMentions: 1 } : {}),
    ...(context.forwarded === true ? { isForwarded: true, forwardingScore: 1 } : {}),
    ...(context.expiresInSeconds === undefined ? {} : { expiration: context.expiresInSeconds }),
  };
  if (Object.keys(info).length === 0) return;
  const [part] = Object.values(message);
  Object.assign(part as object, { contextInfo: info });
}

/** Without the quoted message's own bytes a phone still shows its text, and finds the message by its id. */
function quote(
  { chatId, related }: OutgoingMessage,
  replyTo: NonNullable<NonNullable<OutgoingMessage['context']>['replyTo']>,
): proto.IContextInfo {
  const known = related === undefined ? undefined : readProtocol(related);
  const quoted = quotedMessage(known?.message ?? undefined) ?? { conversation: replyTo.text ?? '' };
  const author = known?.key?.participant ?? (known?.key?.fromMe ? undefined : known?.key?.remoteJid);
  const named = author ?? (replyTo.from === null ? undefined : addressOf(replyTo.from));
  return {
    stanzaId: replyTo.messageId,
    quotedMessage: quoted,
    ...(named ? { participant: jidNormalizedUser(named) } : replyTo.fromMe ? {} : { participant: jidOfChat(chatId) }),
  };
}

/** The content alone: what it quoted itself, and its keys, stay out. */
function quotedMessage(message: proto.IMessage | undefined): proto.IMessage | undefined {
  const { message: inner } = unwrapMessage(message ?? {});
  const found = Object.entries(inner).find(([name, value]) => value && name !== 'messageContextInfo');
  if (found === undefined) return undefined;
  const [name, value] = found;
  return { [name]: typeof value === 'object' ? { ...value, contextInfo: null } : value };
}

function addressOf({ id, lid, phone }: Identity): string {
  return lid ?? (phone === null ? jidOfChat(id) : `${phone.replace('+', '')}@s.whatsapp.net`);
}
