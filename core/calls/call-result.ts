import type { Chat } from '../directory/chat.ts';
import type { Group } from '../directory/group.ts';
import type { Identity } from '../identity.ts';
import type { CallKind } from './call.ts';

export interface CheckedNumber {
  /** As it was asked. */
  readonly phone: string;
  readonly exists: boolean;
  /** Only of one that exists. */
  readonly contact: Identity | null;
}

export interface ContactProfile {
  readonly contact: Identity;
  readonly about: string | null;
  /** An address at WhatsApp that stops working after some hours. */
  readonly pictureUrl: string | null;
}

/** What became of each participant of a change; `code` is WhatsApp's, 200 for done. */
export interface ParticipantOutcome {
  readonly participant: Identity;
  readonly done: boolean;
  readonly code: number;
}

/** What the connector writes on the row of a call that was done, by the call's kind. */
export interface CallResults extends Record<CallKind, unknown> {
  readonly 'contact.check': readonly CheckedNumber[];
  readonly 'contact.profile': ContactProfile;
  readonly 'group.list': readonly Group[];
  readonly 'group.info': Group;
  readonly 'group.create': Group;
  readonly 'group.participants': readonly ParticipantOutcome[];
  readonly 'group.subject': Group;
  readonly 'group.description': Group;
  readonly 'group.settings': Group;
  readonly 'group.invite': { readonly inviteCode: string; readonly inviteUrl: string };
  readonly 'group.join': { readonly groupId: string };
  readonly 'group.leave': { readonly groupId: string };
  readonly 'chat.disappearing': Pick<Chat, 'chatId' | 'disappearingSeconds'>;
  readonly 'presence.subscribe': { readonly chatId: string };
}
