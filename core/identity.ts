/**
 * A person, group or channel, the same shape everywhere. `id` is the stable one to store: the LID form when known, else the phone
 * form, or the group's id.
 *
 * @example { id: '81234@lid', phone: '+4915112345678', lid: '81234@lid', name: 'Ann' }
 */
export interface Identity {
  readonly id: string;
  /** E.164 with a plus sign, or null while WhatsApp hides it. */
  readonly phone: string | null;
  readonly lid: string | null;
  readonly name: string | null;
}
