import { apiVersion, type EventType, eventTypes } from '../../core/events/event.ts';
import { accountEvents } from './account-events.ts';
import { at, type EventShape } from './event-shape.ts';
import { messageEvents } from './message-events.ts';
import { sessionEvents } from './session-events.ts';

const shapes: Partial<Record<EventType, EventShape>> = { ...messageEvents, ...sessionEvents, ...accountEvents };

const begin = '<!-- events: written by npm run openapi -->';
const end = '<!-- end of events -->';

/** The shape of an event. Throws when there is none: then it is to be written down here. */
export function shapeOf(type: EventType): EventShape {
  const found = shapes[type];
  if (found === undefined) throw new Error(`Say in lib/webhook-guide what ${type} holds.`);
  return found;
}

/**
 * The guide with its list of events as the shapes say. Throws when the guide has no place for it.
 *
 * @example withEvents(await readFile('docs/webhooks.md', 'utf8'))
 */
export function withEvents(guide: string): string {
  const [from, to] = [guide.indexOf(begin), guide.indexOf(end)];
  if (from === -1 || to < from) throw new Error('The guide of webhooks has no place for its events.');
  return `${guide.slice(0, from + begin.length)}\n\n${eventTypes.map(section).join('\n\n')}\n\n${guide.slice(to)}`;
}

function section(type: EventType): string {
  const { summary } = shapeOf(type);
  return `#### ${type}\n\n${summary}\n\n\`\`\`json event=${type}\n${JSON.stringify(exampleBody(type), undefined, 2)}\n\`\`\``;
}

/** A whole body, in the order of the real ones. */
export function exampleBody(type: EventType): Record<string, unknown> {
  const { example } = shapeOf(type);
  const status = type === 'status.change' ? { status: (example as { readonly status: string }).status } : {};
  return {
    id: 'evt_9f86d081884c7d659a2feaa0c55ad015',
    type,
    event: type,
    apiVersion,
    timestamp: at,
    sessionId: 'ses_01kbm3v9q0e8f6t2x4y7zjh5ca',
    sequence: 41,
    metadata: { customer: '4711' },
    data: example,
    ...status,
  };
}
