import { jidNormalizedUser } from '@whiskeysockets/baileys';
import type { ParticipantOutcome } from '../../../../core/calls/call-result.ts';
import type { Group } from '../../../../core/directory/group.ts';
import { snapshotOfMetadata } from '../groups/group-metadata.ts';
import { identityOfJid, jidOfChat } from '../identity-of-jid.ts';
import type { CallDoers, CallParts } from './do-call.ts';
import { CallFailedError } from './failure-of-error.ts';

/** Groups in one answer; the rows of all are written, and a row of the call holds no more. */
const groupsMax = 100;
const inviteUrl = 'https://chat.whatsapp.com/';

export const groupCalls: Pick<CallDoers, Extract<keyof CallDoers, `group.${string}`>> = {
  'group.list': async (_call, { socket, now, emit }) => {
    const all = Object.values(await socket.groupFetchAllParticipating());
    const snapshots = all.map((metadata) => snapshotOfMetadata(metadata, now()));
    for (const snapshot of snapshots) emit({ type: 'group', snapshot });
    // Members are in the rows of the groups: with them the answer would outgrow its own row.
    return snapshots.slice(0, groupsMax).map(({ group }) => ({ ...group, participants: [] }));
  },
  'group.info': async ({ groupId }, parts) => readGroup(groupId, parts),
  'group.create': async ({ subject, participants }, { socket, now, emit }) => {
    const metadata = await socket.groupCreate(subject, participants.map(jidOfChat));
    const snapshot = snapshotOfMetadata(metadata, now());
    emit({ type: 'group', snapshot });
    return snapshot.group;
  },
  'group.participants': async ({ groupId, action, participants }, parts) => {
    const answers = await parts.socket.groupParticipantsUpdate(groupId, participants.map(jidOfChat), action);
    const identify = await parts.identify(answers.map(({ jid }) => jid ?? ''));
    await readGroup(groupId, parts);
    return answers.map(({ jid, status }): ParticipantOutcome => {
      const code = Number(status);
      return { participant: identify(jidNormalizedUser(jid ?? '')), done: code === 200, code };
    });
  },
  'group.subject': async ({ groupId, subject }, parts) => {
    await parts.socket.groupUpdateSubject(groupId, subject);
    return readGroup(groupId, parts);
  },
  'group.description': async ({ groupId, description }, parts) => {
    await parts.socket.groupUpdateDescription(groupId, description === '' ? undefined : description);
    return readGroup(groupId, parts);
  },
  'group.settings': async ({ groupId, announce, locked, disappearingSeconds }, parts) => {
    const { socket } = parts;
    if (announce !== undefined)
      await socket.groupSettingUpdate(groupId, announce ? 'announcement' : 'not_announcement');
    if (locked !== undefined) await socket.groupSettingUpdate(groupId, locked ? 'locked' : 'unlocked');
    if (disappearingSeconds !== undefined) await socket.groupToggleEphemeral(groupId, disappearingSeconds);
    return readGroup(groupId, parts);
  },
  'group.invite': async ({ groupId, renew }, { socket }) => {
    const code = renew ? await socket.groupRevokeInvite(groupId) : await socket.groupInviteCode(groupId);
    if (!code) throw new CallFailedError('not_allowed');
    return { inviteCode: code, inviteUrl: `${inviteUrl}${code}` };
  },
  'group.join': async ({ inviteCode }, parts) => {
    const groupId = await parts.socket.groupAcceptInvite(inviteCode.replace(inviteUrl, ''));
    if (!groupId) throw new CallFailedError('not_found');
    return { groupId: identityOfJid(groupId).id };
  },
  'group.leave': async ({ groupId }, { socket }) => {
    await socket.groupLeave(groupId);
    return { groupId };
  },
};

async function readGroup(groupId: string, { socket, now, emit }: CallParts): Promise<Group> {
  const snapshot = snapshotOfMetadata(await socket.groupMetadata(groupId), now());
  emit({ type: 'group', snapshot });
  return snapshot.group;
}
