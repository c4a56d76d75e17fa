import { plainText } from '../../core/auto-reply/plain-text.ts';
import type { EventEnvelope } from '../../core/events/event.ts';
import { derivedId } from '../../core/ids.ts';
import type { OptOutRepository } from '../../core/opt-outs/opt-out-repository.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { IncomingMessage } from '../engine/port.ts';
import type { PublishEvent } from '../inbox/event-queue.ts';
import type { SessionFacts } from '../inbox/incoming-event.ts';
import { persist } from '../inbox/persist.ts';
import type { Surroundings } from '../session/session-dependencies.ts';
import { kindOfChat } from '../storage/directory-store.ts';

export interface OptOutWordsOptions extends Surroundings {
  readonly optOuts: Pick<OptOutRepository, 'put'>;
  readonly publish: PublishEvent;
}

type ListeningSession = SessionFacts & Pick<Session, 'settings'>;

/** The message has no receipt yet; should the list not be written, WhatsApp delivers it again. */
const holdMs = 10_000;

/**
 * Puts who writes one of the session's words, and nothing else, on the list of those who get no more messages. Resolves to whether it did.
 * Only in a chat of two: what somebody writes in a group is meant for the group.
 *
 * @example await createTakeOptOut(options)(message, session)
 */
export function createTakeOptOut(options: OptOutWordsOptions) {
  const { optOuts, publish, now } = options;
  return async (message: IncomingMessage, session: ListeningSession): Promise<boolean> => {
    const keyword = wordOf(message, session.settings);
    if (keyword === undefined) return false;
    const { tenantId, sessionId } = session;
    const at = new Date(now()).toISOString();
    const optOut = { contact: message.chat, source: 'keyword', at } as const;
    await persist(
      async () => {
        await optOuts.put({ tenantId, sessionId }, optOut);
        await publish(optedOutEvent(message, session, keyword));
      },
      { ...options, timeoutMs: holdMs },
    );
    return true;
  };
}

/** The word of the settings that a message is, if it is one. */
function wordOf({ fromMe, chat, content }: IncomingMessage, { optOutKeywords }: Session['settings']) {
  if (fromMe || content.type !== 'text' || kindOfChat(chat.id) !== 'person') return undefined;
  if (!Array.isArray(optOutKeywords)) return undefined;
  const text = plainText(content.text);
  return optOutKeywords.find((word) => typeof word === 'string' && plainText(word) === text) as string | undefined;
}

function optedOutEvent(
  { messageId, chat, rawChatId, rawSenderId, sentAt }: IncomingMessage,
  { tenantId, sessionId, metadata }: SessionFacts,
  keyword: string,
): EventEnvelope {
  return {
    version: 1,
    id: derivedId('evt', [sessionId, rawChatId, rawSenderId, messageId, 'opted_out']),
    type: 'contact.opted_out',
    tenantId,
    sessionId,
    timestamp: sentAt,
    metadata,
    data: { contact: chat, keyword, messageId, at: sentAt },
  };
}
