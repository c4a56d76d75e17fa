import { type MediaReference, mediaIn } from './media-reference.ts';
import type { Message } from './message-content.ts';
import { proto } from './proto.ts';
import { readContext } from './read-context.ts';
import { contentName, unwrapMessage } from './unwrap-message.ts';

/** What a message is and says, as a person at the phone would see it. */
export interface MessageView {
  /**
   * `text`, `image`, `video`, `gif`, `audio`, `voice`, `document`, `sticker`, `location`, `contacts`, `poll`, `pollVote`, `reaction`, `edit`,
   * `revoke`, `disappearing`, `groupInvite`, or the protocol's own name without "Message" for anything else.
   */
  readonly kind: string;
  /** What a person would read in it, captions and emojis included; empty when there is nothing to read. */
  readonly text: string;
  readonly caption?: string;
  readonly mimeType?: string;
  readonly fileName?: string;
  readonly seconds?: number;
  readonly waveformBytes?: number;
  readonly width?: number;
  readonly height?: number;
  readonly hasThumbnail?: boolean;
  readonly location?: {
    readonly latitude: number;
    readonly longitude: number;
    readonly name?: string;
    readonly address?: string;
    readonly live?: boolean;
  };
  readonly contacts?: readonly { readonly name: string; readonly vcard: string }[];
  readonly poll?: {
    readonly question: string;
    readonly options: readonly string[];
    readonly selectableCount: number;
  };
  /** The message that a reaction, edit, revoke or vote is about. */
  readonly targetId?: string;
  readonly quotedId?: string;
  readonly quotedText?: string;
  /** Addresses that are mentioned. */
  readonly mentions?: readonly string[];
  readonly mentionsAll?: boolean;
  readonly forwarded?: boolean;
  readonly viewOnce?: boolean;
  /** Seconds until the message disappears, or the new timer of a chat. */
  readonly ephemeral?: number;
  readonly linkPreview?: { readonly url: string; readonly title: string; readonly description?: string };
  readonly invite?: { readonly group: string; readonly code: string; readonly subject: string };
}

/** Reads a decrypted message, taken out of its envelopes. */
export function readContent(message: Message): MessageView {
  const { content, isViewOnce } = unwrapMessage(message);
  const media = mediaIn(content);
  return {
    ...(media === undefined ? readPlain(content) : readMedia(media)),
    ...readContext(content),
    ...(isViewOnce || media?.part.viewOnce ? { viewOnce: true } : {}),
  };
}

function readMedia({ kind, part }: MediaReference): MessageView {
  return {
    kind,
    text: part.caption ?? '',
    ...(part.caption ? { caption: part.caption } : {}),
    ...(part.mimetype ? { mimeType: part.mimetype } : {}),
    ...(part.fileName ? { fileName: part.fileName } : {}),
    ...(part.seconds ? { seconds: part.seconds } : {}),
    ...(part.waveform?.length ? { waveformBytes: part.waveform.length } : {}),
    ...(part.width && part.height ? { width: part.width, height: part.height } : {}),
    ...(part.jpegThumbnail?.length ? { hasThumbnail: true } : {}),
  };
}

function readPlain(content: Message): MessageView {
  const text = content.conversation || content.extendedTextMessage?.text;
  if (text) return { kind: 'text', text, ...linkPreviewIn(content) };
  if (content.protocolMessage) return readProtocol(content.protocolMessage);
  return readChange(content) ?? readShown(content) ?? readOther(content);
}

function readProtocol(protocol: proto.Message.IProtocolMessage): MessageView {
  const target = protocol.key?.id ? { targetId: protocol.key.id } : {};
  const { Type } = proto.Message.ProtocolMessage;
  if (protocol.editedMessage) return { kind: 'edit', text: readContent(protocol.editedMessage).text, ...target };
  if (protocol.type === Type.REVOKE) return { kind: 'revoke', text: '', ...target };
  if (protocol.type === Type.EPHEMERAL_SETTING) {
    return { kind: 'disappearing', text: '', ephemeral: protocol.ephemeralExpiration ?? 0 };
  }
  return { kind: 'protocol', text: '', ...target };
}

function readChange({ reactionMessage, pollUpdateMessage }: Message): MessageView | undefined {
  const targetId = reactionMessage?.key?.id ?? pollUpdateMessage?.pollCreationMessageKey?.id ?? '';
  if (reactionMessage) return { kind: 'reaction', text: reactionMessage.text ?? '', targetId };
  return pollUpdateMessage ? { kind: 'pollVote', text: '', targetId } : undefined;
}

function readShown(content: Message): MessageView | undefined {
  const poll =
    content.pollCreationMessage ??
    content.pollCreationMessageV2 ??
    content.pollCreationMessageV3 ??
    content.pollCreationMessageV5;
  if (poll) {
    const options = (poll.options ?? []).map(({ optionName }) => optionName ?? '');
    const question = poll.name ?? '';
    const selectableCount = poll.selectableOptionsCount ?? 0;
    return { kind: 'poll', text: question, poll: { question, options, selectableCount } };
  }
  const cards = content.contactsArrayMessage?.contacts ?? (content.contactMessage ? [content.contactMessage] : []);
  if (cards.length > 0) {
    const contacts = cards.map(({ displayName, vcard }) => ({ name: displayName ?? '', vcard: vcard ?? '' }));
    return { kind: 'contacts', text: contacts.map(({ name }) => name).join(', '), contacts };
  }
  return readLocation(content);
}

function readLocation({ locationMessage, liveLocationMessage }: Message): MessageView | undefined {
  const place = locationMessage ?? liveLocationMessage;
  if (!place) return undefined;
  return {
    kind: 'location',
    text: locationMessage?.name ?? '',
    location: {
      latitude: place.degreesLatitude ?? 0,
      longitude: place.degreesLongitude ?? 0,
      ...(locationMessage?.name ? { name: locationMessage.name } : {}),
      ...(locationMessage?.address ? { address: locationMessage.address } : {}),
      ...(liveLocationMessage || locationMessage?.isLive ? { live: true } : {}),
    },
  };
}

function readOther(content: Message): MessageView {
  const { groupInviteMessage: invite } = content;
  if (invite) {
    const { groupJid, inviteCode, groupName, caption } = invite;
    const described = { group: groupJid ?? '', code: inviteCode ?? '', subject: groupName ?? '' };
    return { kind: 'groupInvite', text: caption ?? '', invite: described };
  }
  return { kind: contentName(content)?.replace(/Message$/, '') ?? 'empty', text: '' };
}

function linkPreviewIn({ extendedTextMessage: text }: Message): Pick<MessageView, 'linkPreview'> {
  if (!text?.matchedText || !text.title) return {};
  const description = text.description ? { description: text.description } : {};
  return { linkPreview: { url: text.matchedText, title: text.title, ...description } };
}
