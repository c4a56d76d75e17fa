import { createDecipheriv, hkdfSync } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys';
import type { MessageContent, MessageTarget } from '../../../../core/messages/message-content.ts';

/** A change that is encrypted once more, with a secret that travelled inside the message which it changes. */
export interface SecretChange {
  readonly type: 'secret';
  readonly kind: 'pollUpdateMessage' | 'encReactionMessage' | 'secretEncryptedMessage';
  /** Part of the key: the protocol's name of the use. */
  readonly label: 'Poll Vote' | 'Enc Reaction' | 'Message Edit';
  readonly target: MessageTarget;
  readonly payload: Uint8Array;
  readonly iv: Uint8Array;
}

export interface SecretKeys {
  /** 32 bytes from the changed message's `messageContextInfo`. */
  readonly secret: Uint8Array;
  /** Addresses under which the author of the changed message, and of the change, may have made the key: phone or LID. */
  readonly authors: readonly string[];
  readonly changers: readonly string[];
}

const tagBytes = 16;

/**
 * Decrypts a vote, reaction or edit; `undefined` when no pair of addresses gives the right key. Which of a person's two addresses
 * goes into the key depends on the chat's addressing at that time, so all pairs are tried: at most four.
 *
 * @example openSecret(change, { secret, authors: ['81234@lid'], changers: ['4915…@s.whatsapp.net', '91234@lid'] })
 */
export function openSecret(change: SecretChange, { secret, authors, changers }: SecretKeys): Uint8Array | undefined {
  for (const author of authors) {
    for (const changer of changers) {
      const opened = open(change, secret, author, changer);
      if (opened !== undefined) return opened;
    }
  }
  return undefined;
}

function open(change: SecretChange, secret: Uint8Array, author: string, changer: string): Uint8Array | undefined {
  const { target, label, payload, iv } = change;
  const info = Buffer.from(`${target.messageId}${author}${changer}${label}`);
  const key = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 32));
  if (payload.length <= tagBytes || iv.length === 0) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv);
    if (label === 'Poll Vote') decipher.setAAD(Buffer.from(`${target.messageId}\0${changer}`));
    decipher.setAuthTag(payload.subarray(payload.length - tagBytes));
    return Buffer.concat([decipher.update(payload.subarray(0, payload.length - tagBytes)), decipher.final()]);
  } catch {
    // A wrong key: GCM says so, and another pair of addresses may fit.
    return undefined;
  }
}

/** The content of an opened change; `undefined` when the bytes are not what they should be. */
export function contentOfSecret(
  { label, target }: SecretChange,
  opened: Uint8Array,
  read: {
    /** Names of the poll's options by the hexadecimal SHA-256 that votes carry. */
    readonly optionOf: (sha256Hex: string) => string | undefined;
    readonly editedText: (message: proto.IMessage) => string;
  },
): MessageContent | undefined {
  try {
    if (label === 'Poll Vote') {
      const { selectedOptions = [] } = proto.Message.PollVoteMessage.decode(opened);
      const options = selectedOptions.map((hash) => read.optionOf(Buffer.from(hash).toString('hex')));
      return { type: 'poll_vote', target, options: options.filter((option) => option !== undefined) };
    }
    if (label === 'Enc Reaction') {
      return { type: 'reaction', target, emoji: proto.Message.ReactionMessage.decode(opened).text?.slice(0, 64) ?? '' };
    }
    return { type: 'edit', target, text: read.editedText(proto.Message.decode(opened)) };
  } catch {
    // Not a message of the protocol after all.
    return undefined;
  }
}
