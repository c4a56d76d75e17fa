import { areJidsSameUser, type BinaryNode, isJidGroup, jidNormalizedUser, type proto } from '@whiskeysockets/baileys';
import type { Identity } from '../../../core/identity.ts';
import { derivedId } from '../../../core/ids.ts';
import type { IncomingMessage } from '../port.ts';
import type { SecretChange } from './content/open-secret.ts';
import { writeProtocol } from './content/protocol-bytes.ts';
import { readMessage } from './content/read-message.ts';
import { identityOfJid } from './identity-of-jid.ts';

/** The linked account's own addresses. */
export interface OwnAddresses {
  readonly id: string;
  readonly lid?: string | undefined;
}

export interface StanzaOfMessage {
  readonly sessionId: string;
  readonly attrs: BinaryNode['attrs'];
  readonly message: proto.IMessage;
  readonly me: OwnAddresses;
  /** The sender's other address when the stanza does not name it but the key store knows it. */
  readonly knownAlternate?: string | undefined;
  /** Identities of those whom the message names; by default from the addresses alone. */
  readonly identify?: (jid: string) => Identity;
}

/** A message whose content may still be encrypted with a secret of another one. */
export type StanzaMessage = Omit<IncomingMessage, 'content'> & {
  readonly content: IncomingMessage['content'] | SecretChange;
};

const statusChat = 'status@broadcast';

/**
 * Maps a message stanza and its decrypted content to the port's shape; `undefined` for what is not a message to a person: protocol
 * and peer messages, sender keys alone, broadcast lists' own bookkeeping.
 *
 * @example readStanza({ sessionId, attrs: node.attrs, message, me })
 */
export function readStanza(stanza: StanzaOfMessage): StanzaMessage | undefined {
  const { sessionId, attrs, message, me, identify = (jid: string) => identityOfJid(jid) } = stanza;
  const { id, from, recipient, participant, category, t, offline } = attrs;
  if (!id || !from || category === 'peer') return undefined;
  const sender = participant || from;
  const fromMe = areJidsSameUser(sender, me.id) || (me.lid !== undefined && areJidsSameUser(sender, me.lid));
  const person = senderOf(stanza, sender, fromMe);
  const rawChatId = chatOfStanza(attrs, fromMe, message.deviceSentMessage?.destinationJid ?? recipient);
  const read = readMessage(message, {
    me,
    rawChatId,
    from: person,
    fromMe,
    mediaId: derivedId('med', [sessionId, rawChatId, jidNormalizedUser(sender), id]),
    identify: (jid) => (areJidsSameUser(jid, me.id) ? identityOfJid(me.id, me.lid) : identify(jid)),
  });
  if (read === undefined) return undefined;
  const protocol = writeProtocol({
    key: { id, fromMe, remoteJid: rawChatId, ...(isShared(rawChatId) ? { participant: sender } : {}) },
    message: withSecret(message),
  });
  return {
    messageId: id,
    fromMe,
    chat: chatOf({ attrs, rawChatId, person, fromMe, identify }),
    from: person,
    content: read.content,
    ...(read.context === undefined ? {} : { context: read.context }),
    ...(protocol === undefined ? {} : { protocol }),
    sentAt: momentOf(t),
    delayed: offline !== undefined,
    rawChatId,
    rawSenderId: sender,
  };
}

/** Of what the owner's phone sent: the message itself, with the secret that may stand beside it only. */
function withSecret(message: proto.IMessage): proto.IMessage {
  const sent = message.deviceSentMessage?.message;
  if (!sent) return message;
  const messageContextInfo = sent.messageContextInfo ?? message.messageContextInfo;
  return messageContextInfo ? { ...sent, messageContextInfo } : sent;
}

function senderOf({ attrs, me, knownAlternate }: StanzaOfMessage, sender: string, fromMe: boolean): Identity {
  if (fromMe) return identityOfJid(me.id, me.lid, attrs.notify);
  return identityOfJid(sender, alternateOf(attrs, sender) ?? knownAlternate, attrs.notify);
}

/** A message to a broadcast list is read in the chat with its sender, as every phone shows it. */
function chatOfStanza(
  { from = '', participant }: BinaryNode['attrs'],
  fromMe: boolean,
  recipient?: string | null,
): string {
  if (isJidGroup(from) || from === statusChat || from.endsWith('@newsletter')) return from;
  if (from.endsWith('@broadcast')) return participant || from;
  return (fromMe ? recipient : undefined) || from;
}

function isShared(rawChatId: string): boolean {
  return isJidGroup(rawChatId) === true || rawChatId === statusChat;
}

function chatOf(parts: {
  readonly attrs: BinaryNode['attrs'];
  readonly rawChatId: string;
  readonly person: Identity;
  readonly fromMe: boolean;
  readonly identify: (jid: string) => Identity;
}): Identity {
  const { attrs, rawChatId, person, fromMe, identify } = parts;
  if (isShared(rawChatId) || rawChatId.endsWith('@newsletter')) return identityOfJid(rawChatId);
  if (!fromMe) return person;
  const alternate = alternateOfRecipient(attrs);
  return alternate === undefined ? identify(rawChatId) : identityOfJid(rawChatId, alternate);
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

/** WhatsApp's seconds; a stanza that names none, or nonsense, happened at the beginning of time. */
function momentOf(t: string | undefined): string {
  const seconds = Number(t ?? 0);
  return new Date(Number.isSafeInteger(seconds) && seconds >= 0 && seconds < 1e11 ? seconds * 1000 : 0).toISOString();
}
