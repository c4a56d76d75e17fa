import type { GroupMetadata } from '@whiskeysockets/baileys';
import type { Group, GroupParticipant } from '../../../../core/directory/group.ts';
import type { Identity } from '../../../../core/identity.ts';
import type { GroupSnapshot } from '../../port.ts';
import { cutText } from '../content/cut-text.ts';
import { identityOfJid } from '../identity-of-jid.ts';

const subjectCharactersMax = 256;
const descriptionCharactersMax = 4_096;
/** WhatsApp's own limit is 1,024 members; a row of that many is about 200 kB. */
const participantsMax = 1_100;

/**
 * A group as Baileys describes it, in Wharf's words.
 *
 * @example snapshotOfMetadata(await socket.groupMetadata(groupId), Date.now()).group.subject
 */
export function snapshotOfMetadata(metadata: GroupMetadata, nowMs: number): GroupSnapshot {
  const { owner, ownerPn, creation, ephemeralDuration } = metadata;
  return {
    addressing: metadata.addressingMode === 'lid' ? 'lid' : 'phone',
    group: {
      groupId: metadata.id,
      subject: cutText(metadata.subject, subjectCharactersMax) ?? '',
      description: cutText(metadata.desc, descriptionCharactersMax) ?? null,
      owner: owner === undefined ? null : identityOfJid(owner, ownerPn),
      announce: metadata.announce === true,
      locked: metadata.restrict === true,
      disappearingSeconds: ephemeralDuration !== undefined && ephemeralDuration > 0 ? ephemeralDuration : null,
      participants: metadata.participants.slice(0, participantsMax).map(participantOf),
      createdAt: creation !== undefined && creation > 0 ? new Date(creation * 1000).toISOString() : null,
      updatedAt: new Date(nowMs).toISOString(),
    },
  };
}

/** What Baileys needs of a group to send to it; `undefined` makes it ask WhatsApp. */
export function metadataOfSnapshot(snapshot: GroupSnapshot | undefined): GroupMetadata | undefined {
  if (snapshot === undefined) return undefined;
  const { group, addressing } = snapshot;
  const members = group.participants.map(({ role, ...member }) => addressOf(member, addressing));
  // Without an address in the group's own form a member would be left out in silence.
  if (members.includes(undefined) || members.length === 0) return undefined;
  return {
    id: group.groupId,
    subject: group.subject,
    owner: group.owner?.id,
    addressingMode: (addressing === 'lid' ? 'lid' : 'pn') as NonNullable<GroupMetadata['addressingMode']>,
    participants: members.map((id) => ({ id: id as string })),
    ...(group.disappearingSeconds === null ? {} : { ephemeralDuration: group.disappearingSeconds }),
  };
}

function addressOf({ phone, lid }: Identity, addressing: GroupSnapshot['addressing']): string | undefined {
  if (addressing === 'lid') return lid ?? undefined;
  return phone === null ? undefined : `${phone.replace('+', '')}@s.whatsapp.net`;
}

function participantOf({ id, phoneNumber, lid, admin }: GroupMetadata['participants'][number]): GroupParticipant {
  const role: Readonly<Record<string, Group['participants'][number]['role']>> = { admin: 'admin', superadmin: 'owner' };
  return { ...identityOfJid(id, phoneNumber ?? lid), role: role[admin ?? ''] ?? 'member' };
}
