import { eventTypes } from './event.ts';

const families = [...new Set(eventTypes.map((type) => `${type.slice(0, type.indexOf('.'))}.*`))];

/** Every name that a webhook may subscribe to: an event, a family such as `message.*`, or `*`. */
export const subscribableNames: readonly string[] = ['*', ...families, ...eventTypes];
