import type { Identity } from '../../core/identity.ts';
import type { DirectoryEvent } from '../engine/directory-event.ts';
import type { EngineConnection } from '../engine/port.ts';
import type { PublishEvent } from '../inbox/event-queue.ts';
import type { SessionFacts } from '../inbox/incoming-event.ts';
import { persist } from '../inbox/persist.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { Surroundings } from '../session/session-dependencies.ts';
import { applyGroupEvent } from './apply-group-event.ts';
import { callEvent, groupEvent, presenceEvent } from './directory-events.ts';
import type { DirectoryKeeper } from './directory-keeper.ts';

/** The session that an event came to. */
export interface DirectorySession extends SessionFacts {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly connection: EngineConnection | undefined;
  /** Answers a person with a text, as the session's settings say. */
  readonly answer: (answer: DirectoryAnswer) => Promise<void>;
}

export interface DirectoryAnswer {
  readonly chat: Identity;
  readonly callId: string;
  readonly text: string;
}

export interface TakeDirectoryEventOptions extends Surroundings {
  readonly keeper: DirectoryKeeper;
  readonly publish: PublishEvent;
  readonly logger: Logger;
}

const publishMs = 10_000;
/** An older call rings no more: it waited at WhatsApp while the session was away. */
const callMsMax = 60_000;

/**
 * Notes what WhatsApp tells beside messages, and tells the tenant.
 *
 * @example await createTakeDirectoryEvent(options)(event, session)
 */
export function createTakeDirectoryEvent(options: TakeDirectoryEventOptions) {
  const { keeper, logger, now } = options;
  const tell = (event: Parameters<PublishEvent>[0]) =>
    persist(() => options.publish(event), { ...options, timeoutMs: publishMs });
  return async (event: DirectoryEvent, session: DirectorySession): Promise<void> => {
    switch (event.type) {
      case 'addresses':
      case 'contacts':
        return keeper.notePeople(session, event.people);
      case 'past_chats':
        return keeper.notePastChats(session, event.chats);
      case 'group':
        keeper.notePeople(session, event.snapshot.group.participants);
        return keeper.putGroup(session, event.snapshot);
      case 'group_changed':
      case 'group_participants':
        await noteGroup(keeper, event, session);
        return tell(groupEvent(event, session));
      case 'disappearing':
        return keeper.setDisappearing(session, event.chat, event.seconds === 0 ? null : event.seconds, event.at);
      case 'presence':
        // Every key that a friend presses: only for those who asked for it.
        if (session.settings.presenceEvents !== true) return;
        return tell(presenceEvent(event, session, new Date(now()).toISOString()));
      case 'call':
        return tell(callEvent(event, session, await rejectCall(event, session, options)));
      case 'skipped': {
        const { messageId, reason } = event;
        logger.info({ sessionId: session.sessionId, messageId, reason }, 'A message came without content');
      }
    }
  };
}

export type TakeDirectoryEvent = ReturnType<typeof createTakeDirectoryEvent>;

type GroupEvent = Extract<DirectoryEvent, { type: 'group_changed' | 'group_participants' }>;

/** A group that is not known yet is asked for whole. */
async function noteGroup(keeper: DirectoryKeeper, event: GroupEvent, session: DirectorySession): Promise<void> {
  const known = await keeper.findGroup(session, event.groupId);
  if (known === undefined) {
    await session.connection?.call({ kind: 'group.info', groupId: event.groupId });
    return;
  }
  await keeper.putGroup(session, { ...known, group: applyGroupEvent(known.group, event) });
}

/** Rejects a ringing call when the settings say so, and says why in the chat if they have words for it. */
async function rejectCall(
  { callId, from, rawCallerId, status, groupId, at }: Extract<DirectoryEvent, { type: 'call' }>,
  { settings, connection, answer, sessionId }: DirectorySession,
  { logger, now }: TakeDirectoryEventOptions,
): Promise<boolean> {
  if (settings.rejectCalls !== true || status !== 'ringing' || groupId !== null || connection === undefined)
    return false;
  if (now() - Date.parse(at) > callMsMax) return false;
  try {
    await connection.rejectCall(callId, rawCallerId);
  } catch (error) {
    logger.warn({ sessionId, ...errorFields(error) }, 'A call could not be rejected');
    return false;
  }
  const { rejectCallsMessage } = settings;
  if (typeof rejectCallsMessage === 'string' && rejectCallsMessage !== '') {
    await answer({ chat: from, callId, text: rejectCallsMessage });
  }
  return true;
}
