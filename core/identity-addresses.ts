import type { Identity } from './identity.ts';

/**
 * Every address under which a person may be kept: the id, the LID and the phone form, each once.
 *
 * @example addressesOf({ id: '81234@lid', phone: '+4915112345678', lid: '81234@lid', name: null }) // ['81234@lid', '4915112345678@s.whatsapp.net']
 */
export function addressesOf({ id, lid, phone }: Identity): string[] {
  const byPhone = phone === null ? undefined : `${phone.replace('+', '')}@s.whatsapp.net`;
  return [...new Set([id, lid ?? id, byPhone ?? id])];
}
