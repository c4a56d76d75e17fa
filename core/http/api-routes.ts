/** The functions behind the HTTP API, one per group of routes. */
export type ApiFunctionName =
  | 'auth'
  | 'account'
  | 'sessions'
  | 'auto-reply'
  | 'messages'
  | 'media'
  | 'directory'
  | 'webhooks'
  | 'deliveries'
  | 'system';

export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the base path, with variables as API Gateway writes them: `/sessions/{sessionId}`. */
  readonly path: string;
  readonly function: ApiFunctionName;
}

export { apiBasePath } from './api-base-path.ts';

function route(method: ApiRoute['method'], path: string, functionName: ApiFunctionName): ApiRoute {
  return { method, path, function: functionName };
}

/**
 * Every route of the API. The stack makes an API Gateway route of each, the functions' routers take theirs from here, and
 * anything else falls to `system`, which answers with a problem document.
 */
export const apiRoutes: readonly ApiRoute[] = [
  route('POST', '/auth/register', 'auth'),
  route('POST', '/auth/login', 'auth'),
  route('POST', '/auth/refresh', 'auth'),
  route('POST', '/auth/logout', 'auth'),
  route('GET', '/auth/me', 'auth'),
  route('PUT', '/auth/password', 'auth'),
  route('POST', '/auth/password-reset', 'auth'),
  route('POST', '/auth/password-reset/confirm', 'auth'),
  route('POST', '/auth/api-keys', 'auth'),
  route('GET', '/auth/api-keys', 'auth'),
  route('DELETE', '/auth/api-keys/{keyId}', 'auth'),

  route('POST', '/sessions', 'sessions'),
  route('GET', '/sessions', 'sessions'),
  route('GET', '/sessions/{sessionId}', 'sessions'),
  route('PATCH', '/sessions/{sessionId}', 'sessions'),
  route('DELETE', '/sessions/{sessionId}', 'sessions'),
  route('GET', '/sessions/{sessionId}/status', 'sessions'),
  route('GET', '/sessions/{sessionId}/qr', 'sessions'),
  route('POST', '/sessions/{sessionId}/pairing-code', 'sessions'),
  route('POST', '/sessions/{sessionId}/start', 'sessions'),
  route('POST', '/sessions/{sessionId}/stop', 'sessions'),
  route('POST', '/sessions/{sessionId}/restart', 'sessions'),
  route('POST', '/sessions/{sessionId}/logout', 'sessions'),

  route('GET', '/sessions/{sessionId}/auto-reply', 'auto-reply'),
  route('PUT', '/sessions/{sessionId}/auto-reply', 'auto-reply'),
  route('POST', '/sessions/{sessionId}/auto-reply/try', 'auto-reply'),

  route('POST', '/sessions/{sessionId}/messages', 'messages'),
  route('GET', '/sessions/{sessionId}/messages', 'messages'),
  route('GET', '/sessions/{sessionId}/messages/{messageId}', 'messages'),
  route('PATCH', '/sessions/{sessionId}/messages/{messageId}', 'messages'),
  route('DELETE', '/sessions/{sessionId}/messages/{messageId}', 'messages'),
  route('PUT', '/sessions/{sessionId}/messages/{messageId}/reaction', 'messages'),
  route('POST', '/sessions/{sessionId}/chats/{chatId}/read', 'messages'),
  route('POST', '/sessions/{sessionId}/chats/{chatId}/presence', 'messages'),

  route('POST', '/webhooks', 'webhooks'),
  route('GET', '/sessions/{sessionId}/chats', 'directory'),
  route('PUT', '/sessions/{sessionId}/chats/{chatId}/disappearing', 'directory'),
  route('POST', '/sessions/{sessionId}/chats/{chatId}/presence-subscription', 'directory'),
  route('GET', '/sessions/{sessionId}/contacts', 'directory'),
  route('GET', '/sessions/{sessionId}/contacts/check', 'directory'),
  route('GET', '/sessions/{sessionId}/contacts/{contactId}', 'directory'),
  route('GET', '/sessions/{sessionId}/contacts/{contactId}/profile', 'directory'),
  route('GET', '/sessions/{sessionId}/groups', 'directory'),
  route('POST', '/sessions/{sessionId}/groups', 'directory'),
  route('GET', '/sessions/{sessionId}/groups/{groupId}', 'directory'),
  route('PATCH', '/sessions/{sessionId}/groups/{groupId}', 'directory'),
  route('POST', '/sessions/{sessionId}/groups/{groupId}/participants', 'directory'),
  route('GET', '/sessions/{sessionId}/groups/{groupId}/invite', 'directory'),
  route('POST', '/sessions/{sessionId}/groups/{groupId}/invite', 'directory'),
  route('POST', '/sessions/{sessionId}/groups/{groupId}/leave', 'directory'),
  route('POST', '/sessions/{sessionId}/group-invites/accept', 'directory'),
  route('GET', '/sessions/{sessionId}/opt-outs', 'directory'),
  route('PUT', '/sessions/{sessionId}/opt-outs/{contactId}', 'directory'),
  route('DELETE', '/sessions/{sessionId}/opt-outs/{contactId}', 'directory'),

  route('POST', '/sessions/{sessionId}/media', 'media'),
  route('GET', '/sessions/{sessionId}/media/{mediaId}', 'media'),

  route('GET', '/webhooks', 'webhooks'),
  route('GET', '/webhooks/destination-role', 'webhooks'),
  route('GET', '/webhooks/{webhookId}', 'webhooks'),
  route('PATCH', '/webhooks/{webhookId}', 'webhooks'),
  route('DELETE', '/webhooks/{webhookId}', 'webhooks'),
  route('POST', '/webhooks/{webhookId}/enable', 'webhooks'),
  route('POST', '/webhooks/{webhookId}/disable', 'webhooks'),
  route('POST', '/webhooks/{webhookId}/rotate-secret', 'webhooks'),
  route('GET', '/webhooks/{webhookId}/secret', 'webhooks'),
  route('POST', '/webhooks/{webhookId}/test', 'deliveries'),
  route('GET', '/webhooks/{webhookId}/deliveries', 'deliveries'),
  route('GET', '/webhooks/{webhookId}/deliveries/{deliveryId}', 'deliveries'),
  route('GET', '/webhooks/{webhookId}/deliveries/{deliveryId}/attempts', 'deliveries'),
  route('POST', '/webhooks/{webhookId}/deliveries/{deliveryId}/resend', 'deliveries'),
  route('POST', '/webhooks/{webhookId}/recover', 'deliveries'),
  route('GET', '/webhooks/{webhookId}/recover/{recoveryId}', 'deliveries'),
  route('GET', '/webhooks/{webhookId}/stats', 'deliveries'),
  route('GET', '/sessions/{sessionId}/events', 'deliveries'),
  route('POST', '/sessions/{sessionId}/webhooks', 'webhooks'),
  route('GET', '/sessions/{sessionId}/webhooks', 'webhooks'),

  route('GET', '/plans', 'account'),
  route('GET', '/usage', 'account'),
  route('GET', '/usage/sessions', 'account'),
  route('GET', '/audit', 'account'),
  route('GET', '/admin/fleet', 'account'),
  route('GET', '/admin/users', 'account'),
  route('GET', '/admin/users/{userId}', 'account'),
  route('PATCH', '/admin/users/{userId}', 'account'),
  route('POST', '/admin/users/{userId}/suspend', 'account'),
  route('POST', '/admin/users/{userId}/restore', 'account'),
  route('POST', '/admin/users/{userId}/password-reset', 'account'),
  route('GET', '/admin/users/{userId}/audit', 'account'),
  route('POST', '/admin/invites', 'account'),
  route('GET', '/admin/invites', 'account'),
  route('DELETE', '/admin/invites/{inviteId}', 'account'),

  route('GET', '/health', 'system'),
  route('GET', '/openapi.json', 'system'),
  route('GET', '/docs', 'system'),
  route('GET', '/docs/viewer.js', 'system'),
];
