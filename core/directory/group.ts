import type { Identity } from '../identity.ts';

export interface GroupParticipant extends Identity {
  readonly role: 'member' | 'admin' | 'owner';
}

/** A group as WhatsApp described it last. */
export interface Group {
  readonly groupId: string;
  readonly subject: string;
  readonly description: string | null;
  readonly owner: Identity | null;
  readonly announce: boolean;
  readonly locked: boolean;
  readonly disappearingSeconds: number | null;
  readonly participants: readonly GroupParticipant[];
  readonly createdAt: string | null;
  readonly updatedAt: string;
}
