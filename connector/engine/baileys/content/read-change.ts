import { proto } from '@whiskeysockets/baileys';
import { cutText } from './cut-text.ts';
import type { SecretChange } from './open-secret.ts';
import type { ContentReaders, ReadContent, ReadParts } from './read-parts.ts';
import { readTarget } from './read-parts.ts';
import { unwrapMessage } from './unwrap-message.ts';

const { Type } = proto.Message.ProtocolMessage;
const { SecretEncType } = proto.Message.SecretEncryptedMessage;
/** An emoji with all its joiners is a few dozen characters. */
const emojiCharactersMax = 64;

/** Readers of what changes a message that is there already. */
export const changeReaders: ContentReaders = {
  reactionMessage: (part, parts) => {
    const target = readTarget(part.key, parts);
    if (target === undefined) return { type: 'unsupported', kind: 'reactionMessage' };
    return { type: 'reaction', target, emoji: cutText(part.text, emojiCharactersMax) ?? '' };
  },
  protocolMessage: readProtocolMessage,
  pollUpdateMessage: (part, parts) =>
    secret('pollUpdateMessage', 'Poll Vote', part.pollCreationMessageKey, part.vote, parts),
  encReactionMessage: (part, parts) => secret('encReactionMessage', 'Enc Reaction', part.targetMessageKey, part, parts),
  secretEncryptedMessage: (part, parts) =>
    part.secretEncType === SecretEncType.MESSAGE_EDIT
      ? secret('secretEncryptedMessage', 'Message Edit', part.targetMessageKey, part, parts)
      : { type: 'unsupported', kind: 'secretEncryptedMessage' },
};

/** Edits and deletions; all other protocol messages speak to devices, not to people. */
function readProtocolMessage(part: proto.Message.IProtocolMessage, parts: ReadParts): ReadContent {
  if (part.type !== Type.REVOKE && part.type !== Type.MESSAGE_EDIT) return undefined;
  const target = readTarget(part.key, parts);
  if (target === undefined) return { type: 'unsupported', kind: 'protocolMessage' };
  if (part.type === Type.REVOKE) return { type: 'delete', target };
  return { type: 'edit', target, text: editedText(part.editedMessage ?? {}) };
}

/** The new text, or the new caption of a medium; empty when the edit took it away. */
export function editedText(edited: proto.IMessage): string {
  const { message } = unwrapMessage(edited);
  const inner = message.protocolMessage?.editedMessage ?? message;
  const { conversation, extendedTextMessage, imageMessage, videoMessage, documentMessage } = inner;
  return (
    cutText(
      conversation ||
        extendedTextMessage?.text ||
        imageMessage?.caption ||
        videoMessage?.caption ||
        documentMessage?.caption,
    ) ?? ''
  );
}

function secret(
  kind: SecretChange['kind'],
  label: SecretChange['label'],
  key: proto.IMessageKey | null | undefined,
  sealed: { readonly encPayload?: Uint8Array | null; readonly encIv?: Uint8Array | null } | null | undefined,
  parts: ReadParts,
): ReadContent {
  const target = readTarget(key, parts);
  if (target === undefined || !sealed?.encPayload || !sealed.encIv) return { type: 'unsupported', kind };
  return { type: 'secret', kind, label, target, payload: sealed.encPayload, iv: sealed.encIv };
}
