import * as z from 'zod/mini';
import type { EventType } from '../../core/events/event.ts';
import { sessionStatuses } from '../../core/sessions/session-status.ts';
import { ada, at, type EventShape, group, identity, messageId, moment, shape, text } from './event-shape.ts';

/** Events of a session, its groups, calls and contacts. */
export const sessionEvents: Partial<Record<EventType, EventShape>> = {
  'status.change': shape(
    'The session has another status, which stands at the top level as well.',
    z.strictObject({
      status: z.enum(sessionStatuses),
      previous: z.nullable(z.enum(sessionStatuses)),
      reason: z.nullable(text),
      until: z.optional(moment),
    }),
    { status: 'connected', previous: 'connecting', reason: null },
  ),
  'qr.updated': shape('There is a new code to scan.', z.strictObject({ qr: text, expiresAt: moment }), {
    qr: '2@8yDk3…,Qk1n…,c2Vj…,1',
    expiresAt: '2026-11-22T09:31:00.000Z',
  }),
  'group.updated': shape(
    'Somebody changed a group: its subject, description or settings.',
    z.strictObject({
      groupId: text,
      by: z.nullable(identity),
      changed: z.record(text, z.unknown()),
      at: moment,
    }),
    { groupId: group.id, by: ada, changed: { subject: 'Regulars' }, at },
  ),
  'group.participants': shape(
    'Members joined or left a group, or became administrators or ceased to be.',
    z.strictObject({
      groupId: text,
      by: z.nullable(identity),
      action: text,
      participants: z.array(identity),
      at: moment,
    }),
    { groupId: group.id, by: ada, action: 'add', participants: [ada], at },
  ),
  'call.received': shape(
    'Somebody calls, or a call went on: `status` says how far it is, `rejected` whether Wharf declined it.',
    z.strictObject({
      callId: text,
      from: identity,
      status: text,
      isVideo: z.boolean(),
      groupId: z.nullable(text),
      rejected: z.boolean(),
      at: moment,
    }),
    { callId: 'A1B2C3D4E5F6', from: ada, status: 'offer', isVideo: false, groupId: null, rejected: false, at },
  ),
  'contact.updated': shape(
    'A contact has another name or address.',
    z.strictObject({ contact: identity, pushName: z.nullable(text) }),
    { contact: ada, pushName: 'Ada Customer' },
  ),
  'contact.opted_out': shape(
    'Somebody wrote one of the words of `settings.optOutKeywords` and gets no more messages of the session.',
    z.strictObject({ contact: identity, keyword: text, messageId: text, at: moment }),
    { contact: ada, keyword: 'STOP', messageId, at },
  ),
  'presence.updated': shape(
    'Somebody whose presence was asked for came, left or types.',
    z.strictObject({
      chat: identity,
      from: identity,
      presence: z.enum(['online', 'offline', 'typing', 'recording', 'paused']),
      lastSeenAt: z.nullable(moment),
      at: moment,
    }),
    { chat: ada, from: ada, presence: 'typing', lastSeenAt: null, at },
  ),
};
