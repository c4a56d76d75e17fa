import type { AddressForm } from '../wire/jid.ts';

export type Role = 'member' | 'admin' | 'superadmin';

/** A group as it is kept under `group/<id>`. People are named by their phone numbers, times are in seconds since 1970. */
export interface GroupState {
  /** @example '120363000000000001@g.us' */
  readonly id: string;
  readonly creator: string;
  readonly createdAt: number;
  /** By which address its members see each other. */
  readonly addressing: AddressForm;
  subject: string;
  subjectBy: string;
  subjectAt: number;
  description?: { readonly id: string; readonly text: string; readonly by: string; readonly at: number } | undefined;
  /** Only admins write. */
  announce: boolean;
  /** Only admins change subject, description and timer. */
  locked: boolean;
  /** Admins decide who joins by invite. */
  joinApproval: boolean;
  /** Everybody may add members, not only admins. */
  everybodyAdds: boolean;
  /** Seconds after which messages disappear; 0 = never. */
  ephemeral: number;
  inviteCode: string;
  /** Id of the group's picture among the plain files. */
  picture?: string | undefined;
  roles: Record<string, Role>;
  /** Members without a phone behind them: they are listed, take every message, and say nothing. */
  readonly crowd: string[];
}

/** Questions that are asked of a group again and again. */
export const isMember = (group: GroupState, phone: string) => group.roles[phone] !== undefined;
export const isAdmin = (group: GroupState, phone: string) => ['admin', 'superadmin'].includes(group.roles[phone] ?? '');
export const memberCount = (group: GroupState) => Object.keys(group.roles).length + group.crowd.length;
