export { EventFunctions } from './event-functions.ts';
export { EventQueues } from './event-queues.ts';
