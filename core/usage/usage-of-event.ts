import type { EventEnvelope } from '../events/event.ts';
import type { UsageCounts } from './usage.ts';

/**
 * What an event adds to the usage of its session, or undefined.
 *
 * Fan-out is the place to count: it accepts each event exactly once, in a transaction that `usageUpdate` can join, whatever the
 * connector published twice. What counts as sent is then what WhatsApp took, not what was asked for, and not what the owner typed on
 * the phone; and only one writer touches the row of a session, one event after the other, so that these transactions never meet.
 *
 * @example usageOfEvent(envelope) // { received: 1 }
 */
export function usageOfEvent(
  event: Pick<EventEnvelope, 'type' | 'status'> & Partial<Pick<EventEnvelope, 'data'>>,
): Partial<UsageCounts> | undefined {
  if (event.type === 'message.received') return { received: 1 };
  if (event.type === 'message.sent') return event.data?.source === 'phone' ? undefined : { sent: 1 };
  if (event.type === 'status.change' && event.status === 'connected') return { connections: 1 };
  return undefined;
}
