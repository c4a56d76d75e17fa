import type { proto } from '@whiskeysockets/baileys';
import type { Identity } from '../../../../core/identity.ts';
import type { MessageContent, MessageTarget } from '../../../../core/messages/message-content.ts';
import type { OwnAddresses } from '../read-stanza.ts';
import type { SecretChange } from './open-secret.ts';

/** What the readers of content need besides the message. */
export interface ReadParts {
  readonly me: OwnAddresses;
  /** The chat as the stanza names it, and who wrote the message. */
  readonly rawChatId: string;
  readonly from: Identity;
  readonly fromMe: boolean;
  /** Id under which the message's medium is kept. */
  readonly mediaId: string;
  readonly identify: (jid: string) => Identity;
}

/** What a message holds: something to tell, something that is still encrypted, or nothing. */
export type ReadContent = MessageContent | SecretChange | undefined;

/** One reader for each field of the protocol's message. */
export type ContentReaders = {
  readonly [Field in keyof proto.IMessage]?: (
    value: NonNullable<proto.IMessage[Field]>,
    parts: ReadParts,
  ) => ReadContent;
};

/**
 * The message that a key of the protocol names. The key is written from its author's place, so `fromMe` means the author of the change.
 *
 * @example readTarget({ id: '3EB0…', fromMe: true }, parts) // the sender's own message
 */
export function readTarget(key: proto.IMessageKey | null | undefined, parts: ReadParts): MessageTarget | undefined {
  if (!key?.id) return undefined;
  const isGroup = parts.rawChatId.endsWith('@g.us') || parts.rawChatId === 'status@broadcast';
  const author = authorOf(key, parts, isGroup);
  const fromMe = author === 'me';
  return {
    messageId: key.id.slice(0, 128),
    fromMe,
    from: isGroup
      ? fromMe
        ? parts.identify(parts.me.id)
        : author === undefined
          ? null
          : parts.identify(author)
      : null,
  };
}

/** `me`, the author's address, or `undefined` when the key does not say. */
function authorOf(key: proto.IMessageKey, parts: ReadParts, isGroup: boolean): string | undefined {
  const { from, fromMe } = parts;
  if (key.participant) return isMe(key.participant, parts) ? 'me' : key.participant;
  if (key.fromMe === true) return fromMe ? 'me' : from.id;
  if (isGroup) return undefined;
  // In a chat of two, a message that is not the writer's own is the other one's.
  return fromMe ? parts.rawChatId : 'me';
}

function isMe(jid: string, { me, identify }: ReadParts): boolean {
  const own = identify(me.id);
  const named = identify(jid);
  return named.id === own.id || (named.phone !== null && named.phone === own.phone);
}
