import type { Group } from '../../core/directory/group.ts';
import type { Identity } from '../../core/identity.ts';
import type { EngineEvent, GroupSnapshot } from './port.ts';

export type GroupAction = 'add' | 'remove' | 'leave' | 'promote' | 'demote';

export interface PastChat {
  readonly chat: Identity;
  /** ISO 8601. */
  readonly lastMessageAt: string;
}

/** What WhatsApp tells about people, groups, presence and calls, beside messages. Best effort: it is not kept for a session that is away. */
export type DirectoryEvent =
  /** Both addresses of people. */
  | { readonly type: 'addresses'; readonly people: readonly Identity[] }
  /** People under names that they gave themselves. */
  | { readonly type: 'contacts'; readonly people: readonly Identity[] }
  /** Chats with people that the account had before it was linked here, and when something was written in each last. */
  | { readonly type: 'past_chats'; readonly chats: readonly PastChat[] }
  /** A whole group, as it is now. */
  | { readonly type: 'group'; readonly snapshot: GroupSnapshot }
  /** Somebody changed a group; `change` holds what is known to be new. */
  | {
      readonly type: 'group_changed';
      readonly groupId: string;
      readonly stanzaId: string;
      readonly by: Identity | null;
      readonly change: Partial<Pick<Group, 'subject' | 'description' | 'announce' | 'locked' | 'disappearingSeconds'>>;
      readonly at: string;
    }
  | {
      readonly type: 'group_participants';
      readonly groupId: string;
      readonly stanzaId: string;
      readonly by: Identity | null;
      readonly action: GroupAction;
      readonly participants: readonly Identity[];
      readonly at: string;
    }
  | {
      readonly type: 'presence';
      readonly chat: Identity;
      readonly from: Identity;
      readonly presence: 'online' | 'offline' | 'typing' | 'recording' | 'paused';
      /** ISO 8601, if the person lets others see it. */
      readonly lastSeenAt: string | null;
    }
  | {
      readonly type: 'call';
      readonly callId: string;
      readonly from: Identity;
      /** The caller's address as WhatsApp names it: a rejection goes there. */
      readonly rawCallerId: string;
      readonly status: 'ringing' | 'accepted' | 'rejected' | 'ended';
      readonly isVideo: boolean;
      readonly groupId: string | null;
      readonly at: string;
    }
  /** The timer of a chat was set. */
  | { readonly type: 'disappearing'; readonly chat: Identity; readonly seconds: number; readonly at: string }
  /** A message could not be read, and why; no event of a message follows from it. */
  | { readonly type: 'skipped'; readonly messageId: string; readonly reason: string };

const directoryTypes: ReadonlySet<EngineEvent['type']> = new Set<DirectoryEvent['type']>([
  'addresses',
  'contacts',
  'past_chats',
  'group',
  'group_changed',
  'group_participants',
  'presence',
  'call',
  'disappearing',
  'skipped',
]);

export function isDirectoryEvent(event: EngineEvent): event is DirectoryEvent {
  return directoryTypes.has(event.type);
}
