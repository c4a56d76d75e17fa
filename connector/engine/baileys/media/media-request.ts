import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { MediaNetwork } from './media-network.ts';

const origin = 'https://web.whatsapp.com';

export interface MediaRequestOptions {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A request to a media server, through the session's own proxy if it has one. Redirects are not followed. */
export function mediaRequest(network: MediaNetwork, url: URL, options: MediaRequestOptions): ClientRequest {
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const { method, headers, signal } = options;
  const { agent } = network;
  return open(url, { method, headers: { origin, ...headers }, signal, ...(agent === undefined ? {} : { agent }) });
}

/** The answer of a request, once its head is there. */
export function answerOf(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve);
    // Later errors reach whoever reads the answer; without a listener they would end the process.
    outgoing.on('error', reject);
  });
}
