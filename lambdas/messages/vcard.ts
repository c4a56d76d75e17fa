import type { ContactCard } from '../../core/messages/message-content.ts';
import { parsePhone } from '../../core/phone.ts';

/**
 * A contact card as WhatsApp reads it (RFC 2426, version 3.0). A number in international form gets a `waid`, which makes the button
 * "Message" appear on the card.
 *
 * @example toVcard({ name: 'Ann', phones: ['+49 151 0000001'] })
 */
export function toVcard(card: Pick<ContactCard, 'name' | 'phones' | 'organization'>): string {
  const phones = card.phones.map((phone) => {
    const digits = parsePhone(phone);
    return `TEL;type=CELL;type=VOICE${digits === undefined ? '' : `;waid=${digits}`}:${escapeText(phone)}`;
  });
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:;${escapeText(card.name)};;;`,
    `FN:${escapeText(card.name)}`,
    ...(card.organization === undefined ? [] : [`ORG:${escapeText(card.organization)};`]),
    ...phones,
    'END:VCARD',
  ].join('\n');
}

function escapeText(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n|\r/g, '\\n');
}
