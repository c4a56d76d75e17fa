import { autoReply } from '../shared/auto-reply-schemas.ts';
import { defineOperation } from '../shared/operation.ts';
import { triedAutoReply, tryAutoReplyBody } from './schemas.ts';

export const autoReplyOperations = {
  get: defineOperation({
    id: 'getAutoReply',
    method: 'GET',
    path: '/sessions/{sessionId}/auto-reply',
    summary: 'The auto-reply of a session',
    access: 'sessions:read',
    status: 200,
    data: autoReply,
    errors: ['NOT_FOUND'],
  }),
  put: defineOperation({
    id: 'setAutoReply',
    method: 'PUT',
    path: '/sessions/{sessionId}/auto-reply',
    summary: 'Set the auto-reply of a session as a whole',
    access: 'sessions:write',
    body: autoReply,
    status: 200,
    data: autoReply,
    errors: ['NOT_FOUND'],
  }),
  try: defineOperation({
    id: 'tryAutoReply',
    method: 'POST',
    path: '/sessions/{sessionId}/auto-reply/try',
    summary: 'Which rule would answer a message; nothing is sent',
    access: 'sessions:read',
    body: tryAutoReplyBody,
    status: 200,
    data: triedAutoReply,
    errors: ['NOT_FOUND'],
  }),
};
