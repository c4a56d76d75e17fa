import type { Group, GroupParticipant } from '../../core/directory/group.ts';
import type { DirectoryEvent } from '../engine/directory-event.ts';
import { isSame } from '../inbox/may-change.ts';

type GroupEvent = Extract<DirectoryEvent, { type: 'group_changed' | 'group_participants' }>;

/**
 * A group as it is after what a notification told.
 *
 * @example applyGroupEvent(group, { type: 'group_participants', action: 'promote', participants, … }).participants
 */
export function applyGroupEvent(group: Group, event: GroupEvent): Group {
  if (event.type === 'group_changed') return { ...group, ...event.change, updatedAt: event.at };
  const isNamed = (member: GroupParticipant) => event.participants.some((person) => isSame(person, member));
  const others = group.participants.filter((member) => !isNamed(member));
  switch (event.action) {
    case 'remove':
    case 'leave':
      return { ...group, participants: others, updatedAt: event.at };
    case 'add': {
      const added = event.participants.map((person): GroupParticipant => ({ ...person, role: 'member' }));
      return { ...group, participants: [...others, ...added], updatedAt: event.at };
    }
    case 'promote':
    case 'demote': {
      const role = event.action === 'promote' ? 'admin' : 'member';
      const participants = group.participants.map((member) =>
        isNamed(member) ? ({ ...member, role } as const) : member,
      );
      return { ...group, participants, updatedAt: event.at };
    }
  }
}
