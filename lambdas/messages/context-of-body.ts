import type { Identity } from '../../core/identity.ts';
import type { Message } from '../../core/messages/message.ts';
import type { MessageContext } from '../../core/messages/message-content.ts';
import { parseRecipient } from '../../core/messages/recipient.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { SendBody } from './send-schemas.ts';
import { targetOf } from './target-of.ts';

/** How much of the quoted text is kept beside the reply. */
const quotedTextLengthMax = 500;

/** What goes along with a message. Throws `VALIDATION_FAILED` and `RECIPIENT_INVALID`. */
export function contextOfBody(body: SendBody, chat: Identity, quoted: Message | undefined): MessageContext | undefined {
  const context: MessageContext = {
    ...(body.replyTo === undefined ? {} : { replyTo: replyTo(chat, quoted) }),
    ...(body.mentions === undefined
      ? {}
      : { mentions: body.mentions.map((name, index) => parseRecipient(name, `/mentions/${index}`)) }),
    ...(body.mentionsAll === true ? { mentionsAll: requireGroup(chat) } : {}),
    ...(body.type === 'forward' ? { forwarded: true } : {}),
    ...('viewOnce' in body && body.viewOnce === true ? { viewOnce: true } : {}),
    ...(body.expiresInSeconds === undefined ? {} : { expiresInSeconds: body.expiresInSeconds }),
  };
  return Object.keys(context).length === 0 ? undefined : context;
}

function replyTo(chat: Identity, quoted: Message | undefined): NonNullable<MessageContext['replyTo']> {
  if (quoted === undefined) {
    const message = 'There is no such message in this session.';
    throw new WharfError('VALIDATION_FAILED', {
      detail: `/replyTo: ${message}`,
      errors: [{ pointer: '/replyTo', message }],
    });
  }
  const { content } = quoted;
  const text = content.type === 'text' ? content.text : 'caption' in content ? (content.caption ?? null) : null;
  return { ...targetOf(quoted, chat), text: text === null ? null : text.slice(0, quotedTextLengthMax) };
}

function requireGroup({ id }: Identity): true {
  if (id.endsWith('@g.us')) return true;
  const message = 'Only a group has everybody.';
  throw new WharfError('VALIDATION_FAILED', {
    detail: `/mentionsAll: ${message}`,
    errors: [{ pointer: '/mentionsAll', message }],
  });
}
