import { randomBytes } from 'node:crypto';
import type { MediaKind } from './media-reference.ts';
import type { Message } from './message-content.ts';
import { sealVote, type VoteContext } from './poll-votes.ts';
import { proto } from './proto.ts';

export type MessageKey = proto.IMessageKey;

/** A file that lies encrypted on the media server. */
export interface UploadedFile {
  readonly url: string;
  readonly directPath: string;
  readonly mediaKey: Buffer;
  readonly fileSha256: Buffer;
  readonly fileEncSha256: Buffer;
  readonly fileLength: number;
}

export interface MediaDetails {
  readonly mimeType: string;
  readonly caption?: string | undefined;
  readonly fileName?: string | undefined;
  readonly seconds?: number | undefined;
}

const voiceWaveformBytes = 64;
const { Type } = proto.Message.ProtocolMessage;

/** A message that carries a file. */
export function mediaMessage(kind: MediaKind, file: UploadedFile, details: MediaDetails): Message {
  const { mimeType: mimetype, caption, fileName, seconds } = details;
  const common = { ...file, mimetype, mediaKeyTimestamp: nowSeconds() };
  const shown = { ...common, ...(caption === undefined ? {} : { caption }) };
  const played = seconds === undefined ? {} : { seconds };
  switch (kind) {
    case 'image':
      return { imageMessage: { ...shown, width: 640, height: 480 } };
    case 'video':
      return { videoMessage: { ...shown, ...played, width: 640, height: 480 } };
    case 'gif':
      return { videoMessage: { ...shown, ...played, gifPlayback: true } };
    case 'audio':
      return { audioMessage: { ...common, ...played } };
    case 'voice':
      return { audioMessage: { ...common, ...played, ptt: true, waveform: Buffer.alloc(voiceWaveformBytes, 50) } };
    case 'document': {
      const documentMessage = { ...shown, fileName: fileName ?? 'file', title: fileName ?? 'file' };
      // A captioned document travels in an envelope of its own.
      return caption === undefined
        ? { documentMessage }
        : { documentWithCaptionMessage: { message: { documentMessage } } };
    }
    case 'sticker':
      return { stickerMessage: { ...common, width: 512, height: 512, isAnimated: false } };
  }
}

/** A question with options, and the secret under which votes are encrypted. */
export function pollMessage(question: string, options: readonly string[], selectableCount: number): Message {
  const poll = {
    name: question,
    options: options.map((optionName) => ({ optionName })),
    selectableOptionsCount: selectableCount,
  };
  return {
    ...(selectableCount === 1 ? { pollCreationMessageV3: poll } : { pollCreationMessage: poll }),
    messageContextInfo: { messageSecret: randomBytes(32) },
  };
}

/** A vote on a poll; no options take the vote back. */
export function voteMessage(poll: MessageKey, context: VoteContext, options: readonly string[]): Message {
  return {
    pollUpdateMessage: {
      pollCreationMessageKey: poll,
      vote: sealVote(context, options),
      senderTimestampMs: Date.now(),
    },
  };
}

/** A reaction; an empty emoji takes it back. */
export function reactionMessage(target: MessageKey, emoji: string): Message {
  return { reactionMessage: { key: target, text: emoji, senderTimestampMs: Date.now() } };
}

export function editMessage(target: MessageKey, text: string): Message {
  const editedMessage = { conversation: text };
  return { protocolMessage: { key: target, type: Type.MESSAGE_EDIT, editedMessage, timestampMs: Date.now() } };
}

export function revokeMessage(target: MessageKey): Message {
  return { protocolMessage: { key: target, type: Type.REVOKE } };
}

/** The chat's messages disappear after so many seconds from now on; 0 ends that. */
export function disappearingMessage(seconds: number): Message {
  return {
    protocolMessage: {
      type: Type.EPHEMERAL_SETTING,
      ephemeralExpiration: seconds,
      ephemeralSettingTimestamp: nowSeconds(),
    },
  };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
