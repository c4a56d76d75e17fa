import type { AddressForm } from '../wire/jid.ts';

/** What the control API can set while the simulator runs. */
export interface Settings {
  /**
   * How long a phone takes to confirm a message. Clients fold receipts that come within about 100 ms of a send into their own
   * message event, so the default stays above that; 0 shows how a product copes with it.
   */
  receiptDelayMs: number;
  /**
   * Numbers that are not on WhatsApp, or endings of such numbers. An ending does not strike phones that were made known by the control
   * API or by a link: somebody holds them. A whole number always does.
   */
  notOnWhatsApp: readonly string[];
  /** Which address phones write from: their number or their hidden id. */
  addressing: AddressForm;
  /** Clients of an older revision are refused with 405; 0 accepts all. `GET /sw.js` names it, as the real service's web page does. */
  clientRevision: number;
}

export const defaultSettings: Settings = {
  receiptDelayMs: 150,
  notOnWhatsApp: ['000000'],
  addressing: 'pn',
  clientRevision: 0,
};

/** @example isOnWhatsApp(defaultSettings, '491520000000', false) // false: nobody holds it, and it ends in six zeros */
export function isOnWhatsApp(settings: Settings, phone: string, isKnown: boolean): boolean {
  return !settings.notOnWhatsApp.some((ending) => (isKnown ? phone === ending : phone.endsWith(ending)));
}
