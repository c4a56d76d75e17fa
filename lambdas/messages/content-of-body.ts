import { derivedId } from '../../core/ids.ts';
import type { Media, MediaSource, StoredMedia } from '../../core/messages/media.ts';
import type { Message } from '../../core/messages/message.ts';
import { hasMedia, isChange, type ShownContent } from '../../core/messages/message-content.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { SendBody } from './send-schemas.ts';
import { toVcard } from './vcard.ts';

/** What the body names and the tables hold. */
export interface NamedInBody {
  /** Row of `media.id`. */
  readonly media?: StoredMedia;
  /** Row of the message to forward. */
  readonly forwarded?: Message;
}

export type ContentFields = Pick<Message, 'content' | 'mediaSource' | 'mediaBytes' | 'wantsLinkPreview'>;

/** What is to be sent, from the body of a request. Throws `VALIDATION_FAILED` for a name that leads to nothing that can be sent. */
export function contentOfBody(body: SendBody, messageId: string, named: NamedInBody): ContentFields {
  switch (body.type) {
    case undefined:
    case 'text':
      return { content: { type: 'text', text: body.text }, wantsLinkPreview: body.linkPreview ?? true };
    case 'location':
      return { content: { type: 'location', location: body.location } };
    case 'contacts':
      return {
        content: { type: 'contacts', contacts: body.contacts.map((card) => ({ ...card, vcard: toVcard(card) })) },
      };
    case 'poll':
      return { content: { type: 'poll', poll: pollOf(body.poll) } };
    case 'forward':
      return forwardOf(named.forwarded);
    default:
      return mediaOf(body, messageId, named.media);
  }
}

/** What can be read and not sent. */
const receivedOnly: ReadonlySet<string> = new Set(['group_invite', 'event', 'order', 'product', 'unsupported']);

type MediaBody = Extract<SendBody, { readonly media: object }>;

function mediaOf(body: MediaBody, messageId: string, stored: StoredMedia | undefined): ContentFields {
  const caption = 'caption' in body && body.caption !== undefined && body.caption !== '' ? body.caption : undefined;
  const { source, media, bytes } = mediaParts(body, messageId, stored);
  return {
    content: { type: body.type, media, ...(caption === undefined ? {} : { caption }) },
    mediaSource: source,
    ...(bytes === undefined ? {} : { mediaBytes: bytes }),
  };
}

interface MediaParts {
  readonly source: MediaSource;
  readonly media: Media;
  readonly bytes?: Uint8Array;
}

function mediaParts({ media: named }: MediaBody, messageId: string, stored: StoredMedia | undefined): MediaParts {
  const { id, url, base64, mimeType, fileName } = named;
  if (id !== undefined) {
    if (stored === undefined || stored.status === 'failed') throw unusable('/media/id', 'There is no such media.');
    const media = mediaFields(stored);
    return { source: { kind: 'stored', mediaId: id }, media: fileName === undefined ? media : { ...media, fileName } };
  }
  const bytes = base64 === undefined ? undefined : new Uint8Array(Buffer.from(base64, 'base64'));
  const media: Media = {
    id: derivedId('med', [messageId]),
    mimeType: mimeType ?? 'application/octet-stream',
    size: bytes?.byteLength ?? null,
    fileName: fileName ?? null,
    sha256: null,
    status: 'pending',
  };
  if (bytes !== undefined) return { source: { kind: 'inline' }, media, bytes };
  return { source: { kind: 'url', url: url ?? '' }, media };
}

/** The part of a media row that messages show. */
function mediaFields({ tenantId, sessionId, messageId, createdAt, expiresAtSeconds, ...media }: StoredMedia): Media {
  return media;
}

function pollOf(poll: Extract<SendBody, { readonly type: 'poll' }>['poll']) {
  const options = [...new Set(poll.options)];
  if (options.length !== poll.options.length) throw unusable('/poll/options', 'Each option may stand there once.');
  const selectableCount = poll.selectableCount ?? 1;
  if (selectableCount > options.length) throw unusable('/poll/selectableCount', 'More than there are options.');
  return { question: poll.question, options, selectableCount };
}

function forwardOf(row: Message | undefined): ContentFields {
  if (row === undefined) throw unusable('/messageId', 'There is no such message in this session.');
  const { content } = row;
  if (isChange(content) || receivedOnly.has(content.type) || row.deletedAt !== undefined) {
    throw unusable('/messageId', 'This message cannot be forwarded.');
  }
  if (content.type === 'text') return { content: withoutChoice(content) };
  if (!hasMedia(content)) return { content };
  if (content.media.status === 'failed') throw unusable('/messageId', 'The media of this message is lost.');
  return { content, mediaSource: { kind: 'stored', mediaId: content.media.id } };
}

/** What somebody pressed is an answer to one message; its words go on alone. */
function withoutChoice({ choice, ...content }: Extract<ShownContent, { readonly type: 'text' }>): ShownContent {
  return content;
}

function unusable(pointer: string, message: string): WharfError {
  return new WharfError('VALIDATION_FAILED', { detail: `${pointer}: ${message}`, errors: [{ pointer, message }] });
}
