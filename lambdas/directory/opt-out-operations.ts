import * as z from 'zod/mini';
import { defineOperation } from '../shared/operation.ts';
import { pageQuery } from '../shared/paging.ts';
import { identity } from '../shared/schemas.ts';

const optOut = z.strictObject({ contact: identity, source: z.enum(['api', 'keyword']), at: z.string() });
const removedOptOut = z.strictObject({ contact: identity, deleted: z.literal(true) });

const listPath = '/sessions/{sessionId}/opt-outs';
const contactPath = `${listPath}/{contactId}` as const;

export const optOutOperations = {
  list: defineOperation({
    id: 'listOptOuts',
    method: 'GET',
    path: listPath,
    summary: 'People who want no more messages of the session',
    access: 'messages:read',
    query: pageQuery,
    status: 200,
    data: optOut,
    errors: ['NOT_FOUND', 'CURSOR_INVALID'],
  }),
  add: defineOperation({
    id: 'addOptOut',
    method: 'PUT',
    path: contactPath,
    summary: 'Send a person no more messages',
    access: 'messages:send',
    status: 200,
    data: optOut,
    errors: ['NOT_FOUND', 'RECIPIENT_INVALID'],
  }),
  remove: defineOperation({
    id: 'removeOptOut',
    method: 'DELETE',
    path: contactPath,
    summary: 'Take a person off the list',
    access: 'messages:send',
    status: 200,
    data: removedOptOut,
    errors: ['NOT_FOUND', 'RECIPIENT_INVALID'],
  }),
};
