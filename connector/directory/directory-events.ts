import type { EventEnvelope, EventType } from '../../core/events/event.ts';
import { derivedId, newId } from '../../core/ids.ts';
import type { DirectoryEvent } from '../engine/directory-event.ts';
import type { SessionFacts } from '../inbox/incoming-event.ts';

type Told<Type extends DirectoryEvent['type']> = Extract<DirectoryEvent, { type: Type }>;

/** The event of a group that somebody changed, members included. A notification that comes twice is one event. */
export function groupEvent(event: Told<'group_changed' | 'group_participants'>, session: SessionFacts): EventEnvelope {
  const { groupId, stanzaId, by, at } = event;
  const id = derivedId('evt', [session.sessionId, 'group', groupId, stanzaId]);
  if (event.type === 'group_changed') {
    return envelope(session, { id, type: 'group.updated', at, data: { groupId, by, changed: event.change, at } });
  }
  const { action, participants } = event;
  return envelope(session, { id, type: 'group.participants', at, data: { groupId, by, action, participants, at } });
}

/** The event of a call, one for each thing that happens to it. */
export function callEvent(event: Told<'call'>, session: SessionFacts, rejected: boolean): EventEnvelope {
  const { callId, from, status, isVideo, groupId, at } = event;
  const id = derivedId('evt', [session.sessionId, 'call', callId, status]);
  const data = { callId, from, status, isVideo, groupId, rejected, at };
  return envelope(session, { id, type: 'call.received', at, data });
}

export function presenceEvent(
  { chat, from, presence, lastSeenAt }: Told<'presence'>,
  session: SessionFacts,
  at: string,
): EventEnvelope {
  // The same presence comes again and again, and each time is news.
  const data = { chat, from, presence, lastSeenAt, at };
  return envelope(session, { id: newId('evt'), type: 'presence.updated', at, data });
}

function envelope(
  { tenantId, sessionId, metadata }: SessionFacts,
  {
    at,
    ...rest
  }: { readonly id: string; readonly type: EventType; readonly at: string; readonly data: EventEnvelope['data'] },
): EventEnvelope {
  return { version: 1, tenantId, sessionId, metadata, timestamp: at, ...rest };
}
