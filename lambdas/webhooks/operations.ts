import { defineOperation } from '../shared/operation.ts';
import { pageQuery } from '../shared/paging.ts';
import { webhook } from './schemas.ts';

export const webhookOperations = {
  list: defineOperation({
    id: 'listWebhooks',
    method: 'GET',
    path: '/webhooks',
    summary: 'All webhooks of the account',
    access: 'webhooks:manage',
    query: pageQuery,
    status: 200,
    data: webhook,
    errors: ['CURSOR_INVALID'],
  }),
  get: defineOperation({
    id: 'getWebhook',
    method: 'GET',
    path: '/webhooks/{webhookId}',
    summary: 'A webhook',
    access: 'webhooks:manage',
    takesSessionKeys: true,
    status: 200,
    data: webhook,
    errors: ['NOT_FOUND'],
  }),
  listOfSession: defineOperation({
    id: 'listSessionWebhooks',
    method: 'GET',
    path: '/sessions/{sessionId}/webhooks',
    summary: 'Webhooks of one session',
    access: 'webhooks:manage',
    query: pageQuery,
    status: 200,
    data: webhook,
    errors: ['NOT_FOUND', 'CURSOR_INVALID'],
  }),
};
