import { jidDecode } from '@whiskeysockets/baileys/lib/WABinary/index.js';

/** How an account is addressed: by its phone number (`pn`) or by its hidden id (`lid`). */
export type AddressForm = 'pn' | 'lid';

export interface Jid {
  readonly user: string;
  readonly form: AddressForm;
  /** 0 is the phone itself. */
  readonly device: number;
}

/** Reads the address of a person or of one of their devices; undefined for groups, servers and garbage. */
export function parseJid(text: string | undefined): Jid | undefined {
  const decoded = text === undefined ? undefined : jidDecode(text);
  if (decoded === undefined || decoded.user === '') return undefined;
  const { user, device = 0, server } = decoded;
  if (server === 'lid') return { user, form: 'lid', device };
  if (server === 's.whatsapp.net' || (server as string) === 'c.us') return { user, form: 'pn', device };
  return undefined;
}

/** @example formatJid({ user: '491', form: 'pn', device: 3 }) // '491:3@s.whatsapp.net' */
export function formatJid({ user, form, device }: Jid): string {
  return `${user}${device === 0 ? '' : `:${device}`}@${form === 'lid' ? 'lid' : 's.whatsapp.net'}`;
}
