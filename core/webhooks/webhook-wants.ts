import type { EventType } from '../events/event.ts';
import { eventMatches } from '../events/event-filter.ts';
import type { Webhook } from './webhook.ts';

/**
 * Whether a webhook subscribes to an event: by its name, and for a webhook of the account by its session. It may be switched off all
 * the same.
 *
 * @example webhookWants(webhook, { type: 'message.sent', sessionId: 'ses_…' })
 */
export function webhookWants(
  webhook: Pick<Webhook, 'events' | 'sessions'>,
  event: { readonly type: EventType; readonly sessionId: string },
): boolean {
  const isOfSession = webhook.sessions === undefined || webhook.sessions.includes(event.sessionId);
  return isOfSession && eventMatches(webhook.events, event.type);
}
