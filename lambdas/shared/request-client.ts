import type { RequestClient } from '../../core/accounts/request-client.ts';
import type { ApiEvent } from './api-event.ts';

/** Who sent a request: the address of the connection, never one that a header claims. */
export function clientOf(event: Pick<ApiEvent, 'headers' | 'requestContext'>): RequestClient {
  return { address: event.requestContext.http.sourceIp, userAgent: event.headers['user-agent'] ?? '' };
}
