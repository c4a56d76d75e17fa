import type { EventEnvelope } from '../events/event.ts';
import { eventMatches } from '../events/event-filter.ts';
import type { Webhook } from './webhook.ts';

/**
 * Whether a webhook gets an event: by its name, and for a webhook of the account by its session. An event that is meant for one webhook
 * goes there and nowhere else. It may be switched off all the same.
 *
 * @example webhookWants(webhook, { type: 'message.sent', sessionId: 'ses_…' })
 */
export function webhookWants(
  webhook: Pick<Webhook, 'webhookId' | 'events' | 'sessions'>,
  event: Pick<EventEnvelope, 'type' | 'sessionId' | 'webhookId'>,
): boolean {
  if (event.webhookId !== undefined) return event.webhookId === webhook.webhookId;
  const isOfSession = webhook.sessions === undefined || webhook.sessions.includes(event.sessionId);
  return isOfSession && eventMatches(webhook.events, event.type);
}
