import type { EventType } from './event.ts';

/**
 * Whether a webhook's list of names takes an event. A name is exact, `*`, or a family such as `message.*`.
 *
 * @example eventMatches(['message.*'], 'message.sent') // true
 */
export function eventMatches(subscribed: readonly string[], type: EventType): boolean {
  return subscribed.some(
    (name) => name === '*' || name === type || (name.endsWith('.*') && type.startsWith(name.slice(0, -1))),
  );
}
