import { areJidsSameUser, type BinaryNode, isJidGroup, type proto } from '@whiskeysockets/baileys';
import type { IncomingMessage } from '../port.ts';
import { identityOfJid } from './identity-of-jid.ts';
import { readContent } from './read-content.ts';

/** The linked account's own addresses. */
export interface OwnAddresses {
  readonly id: string;
  readonly lid?: string | undefined;
}

export interface StanzaOfMessage {
  readonly attrs: BinaryNode['attrs'];
  readonly message: proto.IMessage;
  readonly me: OwnAddresses;
  /** The sender's other address when the stanza does not name it but the key store knows it. */
  readonly knownAlternate?: string | undefined;
}

/**
 * Maps a message stanza and its decrypted content to the port's shape; `undefined` for what is not a message to a person: protocol
 * and peer messages, sender keys alone, status updates.
 *
 * @example readStanza({ attrs: node.attrs, message, me })
 */
export function readStanza({ attrs, message, me, knownAlternate }: StanzaOfMessage): IncomingMessage | undefined {
  const { id, from, recipient, participant, category, t, notify, offline } = attrs;
  if (!id || !from || category === 'peer' || from.endsWith('@broadcast')) return undefined;
  const sent = message.deviceSentMessage?.message;
  const content = readContent(sent ?? message);
  if (content === undefined) return undefined;

  const sender = participant || from;
  const fromMe = areJidsSameUser(sender, me.id) || (me.lid !== undefined && areJidsSameUser(sender, me.lid));
  const person = fromMe
    ? identityOfJid(me.id, me.lid, notify)
    : identityOfJid(sender, alternateOf(attrs, sender) ?? knownAlternate, notify);
  const rawChatId = isJidGroup(from) ? from : recipient || from;
  return {
    messageId: id,
    fromMe,
    chat: chatOf({ attrs, rawChatId, person, fromMe }),
    from: person,
    content,
    sentAt: new Date(Number(t ?? 0) * 1000).toISOString(),
    delayed: offline !== undefined,
    rawChatId,
    rawSenderId: sender,
  };
}

function chatOf(parts: {
  readonly attrs: BinaryNode['attrs'];
  readonly rawChatId: string;
  readonly person: IncomingMessage['from'];
  readonly fromMe: boolean;
}) {
  const { attrs, rawChatId, person, fromMe } = parts;
  if (isJidGroup(rawChatId)) return identityOfJid(rawChatId);
  if (!fromMe) return person;
  return identityOfJid(rawChatId, alternateOfRecipient(attrs));
}

function alternateOf(attrs: BinaryNode['attrs'], sender: string): string | undefined {
  return sender.endsWith('lid')
    ? (attrs.participant_pn ?? attrs.sender_pn)
    : (attrs.participant_lid ?? attrs.sender_lid);
}

function alternateOfRecipient(attrs: BinaryNode['attrs']): string | undefined {
  return attrs.recipient?.endsWith('lid')
    ? (attrs.recipient_pn ?? attrs.peer_recipient_pn)
    : (attrs.recipient_lid ?? attrs.peer_recipient_lid);
}
