import { jidDecode, jidEncode } from '@whiskeysockets/baileys';
import type { Identity } from '../../../core/identity.ts';

/**
 * The identity behind one or both addresses of a person, or behind a group's or channel's address. Device numbers are dropped.
 *
 * @example identityOfJid('4915112345678:3@s.whatsapp.net', '81234@lid', 'Ann') // { id: '81234@lid', phone: '+4915…', … }
 */
export function identityOfJid(jid: string, alternate?: string | null, name?: string | null): Identity {
  const forms = [jid, alternate].map(readForm);
  const lid = forms.find((form) => form?.kind === 'lid')?.jid ?? null;
  const phone = forms.find((form) => form?.kind === 'phone');
  const other = forms.find((form) => form?.kind === 'other')?.jid;
  return {
    id: other ?? lid ?? phone?.jid ?? jid,
    phone: phone === undefined ? null : `+${phone.user}`,
    lid,
    name: name ?? null,
  };
}

function readForm(jid: string | null | undefined) {
  const decoded = jid ? jidDecode(jid) : undefined;
  if (decoded === undefined || !decoded.user) return undefined;
  const { user, server } = decoded;
  if (server === 'lid' || server === 'hosted.lid') return { kind: 'lid', user, jid: jidEncode(user, 'lid') } as const;
  if (server === 's.whatsapp.net' || server === 'c.us' || server === 'hosted') {
    return { kind: 'phone', user, jid: jidEncode(user, 's.whatsapp.net') } as const;
  }
  return { kind: 'other', user, jid: jidEncode(user, server) } as const;
}

/**
 * The address to send to: a bare number means a person.
 *
 * @example jidOfChat('+4915112345678') // '4915112345678@s.whatsapp.net'
 */
export function jidOfChat(chatId: string): string {
  return chatId.includes('@') ? chatId : jidEncode(chatId.replace(/\D/g, ''), 's.whatsapp.net');
}

/** The phone number (digits) in a person's phone address, else `undefined`. */
export function phoneOfJid(jid: string): string | undefined {
  const form = readForm(jid);
  return form?.kind === 'phone' ? form.user : undefined;
}
