import { defineOperation } from '../shared/operation.ts';
import { message, queuedMessage, sendMessageBody } from './schemas.ts';

export const messageOperations = {
  send: defineOperation({
    id: 'sendMessage',
    method: 'POST',
    path: '/sessions/{sessionId}/messages',
    summary: 'Send a message; it is queued, and events tell what becomes of it',
    access: 'messages:send',
    reserves: 'message',
    body: sendMessageBody,
    status: 202,
    data: queuedMessage,
    errors: [
      'NOT_FOUND',
      'RECIPIENT_INVALID',
      'SESSION_NOT_CONNECTED',
      'SEND_RATE_EXCEEDED',
      'QUOTA_MESSAGES_EXCEEDED',
      'SERVICE_UNAVAILABLE',
    ],
  }),
  get: defineOperation({
    id: 'getMessage',
    method: 'GET',
    path: '/sessions/{sessionId}/messages/{messageId}',
    summary: 'A message and what became of it',
    access: 'messages:read',
    status: 200,
    data: message,
    errors: ['NOT_FOUND'],
  }),
};
