import type { Identity } from '../identity.ts';
import { parsePhone } from '../phone.ts';
import { WharfError } from '../wharf-error.ts';

/** The chat of status posts. */
export const statusChatId = 'status@broadcast';

/** Chat ids that a message may go to, in the forms in which WhatsApp writes them. */
const phoneJid = /^(\d{7,15})@s\.whatsapp\.net$/;
const lidJid = /^\d{5,20}@lid$/;
/** Channels, which WhatsApp calls newsletters inside. */
const channelJid = /^\d{5,25}@newsletter$/;
const groupJid = /^\d{5,20}(?:-\d{5,20})?@g\.us$/;

/**
 * The chat that `to` names: a phone number as people write it, a chat id, or `status`. Throws `RECIPIENT_INVALID` with the `pointer`. Whether the number is on
 * WhatsApp is for the connector to find out.
 *
 * @example parseRecipient('+49 (0)151 234-5678').id // '491512345678@s.whatsapp.net'
 */
export function parseRecipient(to: string, pointer = '/to'): Identity {
  const text = to.trim();
  if (text === 'status' || text === statusChatId) return { id: statusChatId, phone: null, lid: null, name: null };
  if (channelJid.test(text)) return { id: text, phone: null, lid: null, name: null };
  if (groupJid.test(text)) return { id: text, phone: null, lid: null, name: null };
  if (lidJid.test(text)) return { id: text, phone: null, lid: text, name: null };
  const digits = phoneJid.exec(text)?.[1] ?? parsePhone(text);
  if (digits === undefined) {
    throw new WharfError('RECIPIENT_INVALID', {
      detail: 'Write a phone number with its country code, or a chat id that ends in @s.whatsapp.net, @lid or @g.us.',
      errors: [{ pointer, message: 'Neither a phone number with country code nor a chat id.' }],
    });
  }
  return { id: `${digits}@s.whatsapp.net`, phone: `+${digits}`, lid: null, name: null };
}
