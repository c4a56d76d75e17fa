import type { Identity } from '../../core/identity.ts';
import type { Message } from '../../core/messages/message.ts';
import { hasMedia, isChange } from '../../core/messages/message-content.ts';
import type { ComposeOutcome, EngineConnection } from '../engine/port.ts';
import type { FindLinkPreview } from '../media/link-preview.ts';
import type { PrepareMedia } from '../media/prepare-media.ts';
import type { MessageStore } from '../storage/message-store.ts';

export interface ComposeOptions {
  readonly messages: MessageStore;
  readonly prepareMedia: PrepareMedia;
  readonly findLinkPreview: FindLinkPreview;
}

export interface ComposedRow {
  readonly kind: 'composed';
  readonly message: Message;
  readonly protocol: Uint8Array;
}

/**
 * Makes a message ready to be sent, once: what was composed is kept on its row before it leaves, so that a repeat after a crash sends the very
 * same bytes and uploads nothing twice.
 *
 * @example await createCompose(options)(connection, message, chat)
 */
export function createCompose({ messages, prepareMedia, findLinkPreview }: ComposeOptions) {
  return async (
    connection: EngineConnection,
    message: Message,
    chat: Identity,
  ): Promise<ComposedRow | Exclude<ComposeOutcome, { kind: 'composed' }>> => {
    const kept = await messages.findProtocol(message, message.messageId);
    if (kept !== undefined) return { kind: 'composed', message: { ...message, chat }, protocol: kept };
    const related = relatedId(message);
    const [prepared, preview, protocolOfRelated] = await Promise.all([
      hasMedia(message.content) ? prepareMedia(message) : undefined,
      findLinkPreview(message),
      related === undefined ? undefined : messages.findProtocol(message, related),
    ]);
    if (prepared?.kind === 'failed') return prepared;
    if (prepared?.kind === 'unknown') return prepared;
    try {
      const content = prepared?.content ?? preview?.content ?? message.content;
      const composed = await connection.compose({
        chatId: addressOf(chat),
        messageId: message.messageId,
        content,
        ...(message.context === undefined ? {} : { context: message.context }),
        ...(protocolOfRelated === undefined ? {} : { related: protocolOfRelated }),
        ...(prepared === undefined ? {} : { media: prepared.file }),
        ...(preview?.picture === undefined ? {} : { previewPicture: preview.picture }),
      });
      if (composed.kind !== 'composed') return composed;
      const row = { ...message, chat, content };
      await messages.keepComposed(row, composed.protocol, { chat, content });
      return { kind: 'composed', message: row, protocol: composed.protocol };
    } finally {
      await prepared?.remove();
    }
  };
}

export type Compose = ReturnType<typeof createCompose>;

/**
 * The address to write to: the phone number where it is known, since every client of WhatsApp understands it; the chat's id is the LID all
 * the same.
 */
export function addressOf({ id, phone }: Identity): string {
  return phone === null ? id : `${phone.replace('+', '')}@s.whatsapp.net`;
}

function relatedId({ content, context }: Message): string | undefined {
  return isChange(content) ? content.target.messageId : context?.replyTo?.messageId;
}
