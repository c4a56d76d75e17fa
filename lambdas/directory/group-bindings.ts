import type { Group } from '../../core/directory/group.ts';
import { notFound } from '../../core/http/not-found.ts';
import { parseRecipient } from '../../core/messages/recipient.ts';
import { type BoundOperation, bind, bindList } from '../shared/operation.ts';
import { callConnector } from './call-connector.ts';
import { changeGroup } from './change-group.ts';
import { callRequest, type DirectoryParts, listOfSession } from './directory-parts.ts';
import { groupOperations } from './operations.ts';

export function groupBindings(parts: DirectoryParts): BoundOperation[] {
  return [...readingBindings(parts), ...changingBindings(parts)];
}

function readingBindings(parts: DirectoryParts): BoundOperation[] {
  return [
    bindList(groupOperations.list, (request) =>
      listOfSession(request, parts, { name: 'groups', read: parts.directory.groups, present: presentSummary }),
    ),
    bind(groupOperations.get, async (request) => {
      const { tenantId, sessionId, requestId } = callRequest(request);
      const groupId = request.path('groupId');
      if ((await parts.sessions.find(tenantId, sessionId)) === undefined) throw notFound('session');
      const known = await parts.directory.group(tenantId, sessionId, groupId);
      const call = { kind: 'group.info', groupId } as const;
      return { data: presentGroup(known ?? (await callConnector({ tenantId, sessionId, requestId }, call, parts))) };
    }),
    bind(groupOperations.getInvite, async (request) => ({
      data: await callConnector(callRequest(request), inviteCall(request.path('groupId'), false), parts),
    })),
  ];
}

function changingBindings(parts: DirectoryParts): BoundOperation[] {
  return [
    bind(groupOperations.create, async ({ body, reservedId, ...request }) => {
      const call = { kind: 'group.create', subject: body.subject, participants: readParticipants(body) } as const;
      return { data: presentGroup(await callConnector({ ...callRequest(request), callId: reservedId }, call, parts)) };
    }),
    bind(groupOperations.join, async (request) => {
      const inviteCode = request.body.invite.split('/').at(-1) ?? '';
      return { data: await callConnector(callRequest(request), { kind: 'group.join', inviteCode }, parts) };
    }),
    bind(groupOperations.change, async (request) => ({
      data: presentGroup(await changeGroup(callRequest(request), request.path('groupId'), request.body, parts)),
    })),
    bindList(groupOperations.participants, async (request) => {
      const { action } = request.body;
      const groupId = request.path('groupId');
      const call = {
        kind: 'group.participants',
        groupId,
        action,
        participants: readParticipants(request.body),
      } as const;
      return { data: [...(await callConnector(callRequest(request), call, parts))] };
    }),
    bind(groupOperations.renewInvite, async (request) => ({
      data: await callConnector(callRequest(request), inviteCall(request.path('groupId'), true), parts),
    })),
    bind(groupOperations.leave, async (request) => {
      const call = { kind: 'group.leave', groupId: request.path('groupId') } as const;
      return { data: await callConnector(callRequest(request), call, parts) };
    }),
  ];
}

function inviteCall(groupId: string, renew: boolean) {
  return { kind: 'group.invite', groupId, renew } as const;
}

function readParticipants({ participants }: { readonly participants: readonly string[] }): string[] {
  return participants.map((name, index) => parseRecipient(name, `/participants/${index}`).id);
}

function presentSummary({ groupId, subject, description, participants, updatedAt }: Group) {
  return { groupId, subject, description, participantCount: participants.length, updatedAt };
}

function presentGroup(group: Group) {
  const { groupId, subject, description, owner, announce, locked, disappearingSeconds, createdAt, updatedAt } = group;
  const participants = [...group.participants];
  return {
    groupId,
    subject,
    description,
    owner,
    announce,
    locked,
    disappearingSeconds,
    participants,
    createdAt,
    updatedAt,
  };
}
