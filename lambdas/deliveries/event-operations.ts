import { defineOperation } from '../shared/operation.ts';
import { event, eventsQuery } from './event-schemas.ts';

export const eventOperations = {
  list: defineOperation({
    id: 'listEvents',
    method: 'GET',
    path: '/sessions/{sessionId}/events',
    summary: 'Events of a session after a sequence, to catch up or to follow',
    access: 'messages:read',
    query: eventsQuery,
    list: true,
    status: 200,
    data: event,
    errors: ['NOT_FOUND'],
  }),
};
