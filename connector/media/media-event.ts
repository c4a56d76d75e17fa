import type { EventEnvelope } from '../../core/events/event.ts';
import { derivedId } from '../../core/ids.ts';
import type { Media } from '../../core/messages/media.ts';
import type { Message } from '../../core/messages/message.ts';
import type { SessionFacts } from '../inbox/incoming-event.ts';

/** The event of a medium that arrived, or that never will: `message.media`, once for each end. */
export function mediaEvent(
  { messageId, chat, from }: Message,
  media: Media,
  { tenantId, sessionId, metadata }: SessionFacts,
  at: string,
): EventEnvelope {
  return {
    version: 1,
    id: derivedId('evt', [sessionId, 'media', media.id, media.status]),
    type: 'message.media',
    tenantId,
    sessionId,
    timestamp: at,
    metadata,
    data: { messageId, chat, from: from ?? null, media },
  };
}
