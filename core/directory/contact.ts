import type { Identity } from '../identity.ts';

/** A person that wrote, was written to, or is in the owner's address book as far as WhatsApp told. */
export interface Contact extends Identity {
  /** The name that the person gave themselves. */
  readonly pushName: string | null;
  readonly updatedAt: string;
}
