import type { Message } from './message-content.ts';
import type { proto } from './proto.ts';
import { contextOf } from './read-context.ts';
import { contentName, unwrapMessage } from './unwrap-message.ts';

export interface ContextToAdd {
  /** The message that is answered, and the address of its author. */
  readonly reply?: { readonly id: string; readonly authorJid: string; readonly message: Message } | undefined;
  readonly mentionedJids?: readonly string[] | undefined;
  readonly mentionsAll?: boolean | undefined;
  readonly isForwarded?: boolean | undefined;
  readonly ephemeralSeconds?: number | undefined;
  readonly isViewOnce?: boolean | undefined;
}

/** Puts context around a content: answers, mentions, forwarding and timers inside it, view-once as an envelope. */
export function addContext(message: Message, given: ContextToAdd): Message {
  const context = contextInfo(given);
  const withContext = Object.keys(context).length === 0 ? message : withContextInfo(message, context);
  return given.isViewOnce ? { viewOnceMessageV2: { message: withContext } } : withContext;
}

function contextInfo(given: ContextToAdd): proto.IContextInfo {
  return {
    ...(given.reply === undefined
      ? {}
      : {
          stanzaId: given.reply.id,
          participant: given.reply.authorJid,
          quotedMessage: withoutContext(given.reply.message),
        }),
    ...(given.mentionedJids === undefined ? {} : { mentionedJid: [...given.mentionedJids] }),
    ...(given.mentionsAll ? { nonJidMentions: 1 } : {}),
    ...(given.isForwarded ? { isForwarded: true, forwardingScore: 1 } : {}),
    ...(given.ephemeralSeconds === undefined ? {} : { expiration: given.ephemeralSeconds }),
  };
}

function withContextInfo(message: Message, context: proto.IContextInfo): Message {
  // A plain text has no room for a context.
  if (typeof message.conversation === 'string' && message.conversation !== '') {
    const { conversation, ...rest } = message;
    return { ...rest, extendedTextMessage: { text: conversation, contextInfo: context } };
  }
  const name = contentName(message) as keyof Message | undefined;
  const part = name === undefined ? undefined : message[name];
  if (name === undefined || typeof part !== 'object' || part === null) return message;
  if (name === 'documentWithCaptionMessage') {
    const inner = message.documentWithCaptionMessage?.message ?? {};
    return { ...message, documentWithCaptionMessage: { message: withContextInfo(inner, context) } };
  }
  return { ...message, [name]: { ...part, contextInfo: { ...contextOf(message), ...context } } };
}

/** What is quoted or forwarded begins anew: without its own answers, mentions and timers. */
export function withoutContext(message: Message): Message {
  const { content } = unwrapMessage(message);
  const name = contentName(content) as keyof Message | undefined;
  const part = name === undefined ? undefined : content[name];
  if (name === undefined || part === undefined) return {};
  if (typeof part !== 'object' || part === null) return { [name]: part };
  return { [name]: { ...part, contextInfo: null } };
}
