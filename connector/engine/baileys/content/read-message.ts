import type { proto } from '@whiskeysockets/baileys';
import type { MessageContext } from '../../../../core/messages/message-content.ts';
import { businessReaders } from './read-business.ts';
import { changeReaders } from './read-change.ts';
import { readContext } from './read-context.ts';
import { interactiveReaders } from './read-interactive.ts';
import { mediaReaders } from './read-media.ts';
import type { ContentReaders, ReadContent, ReadParts } from './read-parts.ts';
import { shownReaders } from './read-shown.ts';
import { unwrapMessage } from './unwrap-message.ts';

const readers: ContentReaders = {
  ...shownReaders,
  ...mediaReaders,
  ...businessReaders,
  ...changeReaders,
  ...interactiveReaders,
};

/** Fields that accompany a message, or speak to a device, and are no message to a person. */
const companions: ReadonlySet<string> = new Set([
  'messageContextInfo',
  'senderKeyDistributionMessage',
  'fastRatchetKeySenderKeyDistributionMessage',
  'messageHistoryBundle',
  'messageHistoryNotice',
  'stickerSyncRmrMessage',
]);

export interface ReadMessage {
  readonly content: NonNullable<ReadContent>;
  readonly context?: MessageContext;
}

/**
 * What a decrypted message says, in Wharf's words, or `undefined` when there is nothing to tell. Every field of the protocol either has a
 * reader or arrives as `unsupported` under its own name, so no kind is dropped in silence.
 *
 * @example readMessage({ conversation: 'hello' }, parts) // { content: { type: 'text', text: 'hello' } }
 */
export function readMessage(outer: proto.IMessage, parts: ReadParts): ReadMessage | undefined {
  const { message, viewOnce } = unwrapMessage(outer);
  const content = readContent(message, parts);
  if (content === undefined) return undefined;
  const context = content.type === 'unsupported' ? undefined : readContext(message, { ...parts, viewOnce });
  return { content, ...(context === undefined ? {} : { context }) };
}

function readContent(message: proto.IMessage, parts: ReadParts): ReadContent {
  // Own fields only: on a decoded message the prototype holds a default for every field there is.
  const present = Object.entries(message).filter(
    ([name, value]) => value !== null && value !== undefined && value !== '' && !companions.has(name),
  );
  for (const [name, value] of present) {
    const read = readers[name as keyof ContentReaders] as
      | ((part: unknown, parts: ReadParts) => ReadContent)
      | undefined;
    const content = read?.(value, parts);
    if (content !== undefined) return content;
  }
  const [kind] = present.map(([name]) => name).filter((name) => name !== 'protocolMessage');
  return kind === undefined ? undefined : { type: 'unsupported', kind };
}
