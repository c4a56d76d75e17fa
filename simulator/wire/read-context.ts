import type { Message } from './message-content.ts';
import type { proto } from './proto.ts';
import type { MessageView } from './read-content.ts';
import { contentName } from './unwrap-message.ts';

type Context = Pick<MessageView, 'quotedId' | 'quotedText' | 'mentions' | 'mentionsAll' | 'forwarded' | 'ephemeral'>;

/** What the context of a message tells: whom it answers and mentions, whether it was forwarded, when it disappears. */
export function readContext(content: Message): Context {
  const context = contextOf(content);
  if (context === undefined) return {};
  return {
    ...(context.stanzaId ? { quotedId: context.stanzaId } : {}),
    ...(context.quotedMessage ? { quotedText: quotedText(context.quotedMessage) } : {}),
    ...(context.mentionedJid?.length ? { mentions: context.mentionedJid } : {}),
    ...(context.nonJidMentions ? { mentionsAll: true } : {}),
    ...(context.isForwarded ? { forwarded: true } : {}),
    ...(context.expiration ? { ephemeral: context.expiration } : {}),
  };
}

/** The context info inside whatever the message holds. */
export function contextOf(content: Message): proto.IContextInfo | undefined {
  const part: unknown = content[contentName(content) as keyof Message];
  if (typeof part !== 'object' || part === null || !('contextInfo' in part)) return undefined;
  return (part.contextInfo as proto.IContextInfo | null) ?? undefined;
}

function quotedText(quoted: Message): string {
  const media = quoted.imageMessage ?? quoted.videoMessage ?? quoted.documentMessage;
  return quoted.conversation || quoted.extendedTextMessage?.text || media?.caption || '';
}
