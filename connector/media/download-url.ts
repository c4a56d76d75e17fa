import { createWriteStream } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { GuardError } from '../../core/webhooks/guard/guard-error.ts';
import type { GuardedAgent } from '../../core/webhooks/guard/index.ts';
import { parseTargetUrl } from '../../core/webhooks/guard/target-rules.ts';
import { boundedStream, TooLargeError } from './bounded-stream.ts';

export type DownloadOutcome =
  | { readonly kind: 'downloaded'; readonly contentType: string | undefined }
  /** `url_forbidden`, `too_large`, `url_not_found`: it will not work later either. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface DownloadOptions {
  readonly agent: GuardedAgent;
  readonly bytesMax: number;
  readonly timeoutMs?: number;
}

/** A tenant's server must not hold their session's queue for longer. */
const defaultTimeoutMs = 60_000;

/**
 * Fetches a tenant's URL into a file through the connection guard. Redirects are refused: each hop would have to be checked again, and the
 * tenant can name the last one.
 *
 * @example await downloadUrl('https://example.com/a.mp4', path, { agent, bytesMax: mediaSizeMax.video })
 */
export async function downloadUrl(
  text: string,
  path: string,
  { agent, bytesMax, timeoutMs = defaultTimeoutMs }: DownloadOptions,
): Promise<DownloadOutcome> {
  const parsed = parseTargetUrl(text);
  if ('reason' in parsed) return { kind: 'failed', reason: 'url_forbidden' };
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await open(parsed.url, agent, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode !== 200 || Number(headers['content-length'] ?? 0) > bytesMax) {
      response.destroy();
      return refusal(statusCode);
    }
    await pipeline(boundedStream(response, bytesMax), createWriteStream(path), { signal });
    return { kind: 'downloaded', contentType: headers['content-type'] };
  } catch (error) {
    if (error instanceof TooLargeError) return { kind: 'failed', reason: 'too_large' };
    if (error instanceof GuardError && error.kind === 'blocked') return { kind: 'failed', reason: 'url_forbidden' };
    return { kind: 'unknown', reason: 'url_not_fetched' };
  }
}

function open(url: URL, { agents }: GuardedAgent, signal: AbortSignal): Promise<IncomingMessage> {
  const headers = { accept: '*/*', 'user-agent': 'Wharf' };
  return new Promise((resolve, reject) => {
    const outgoing =
      url.protocol === 'https:'
        ? httpsRequest(url, { agent: agents['https:'], headers, signal })
        : httpRequest(url, { agent: agents['http:'], headers, signal });
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function refusal(statusCode: number): DownloadOutcome {
  if (statusCode === 200) return { kind: 'failed', reason: 'too_large' };
  if (statusCode >= 300 && statusCode < 400) return { kind: 'failed', reason: 'url_redirects' };
  if (statusCode >= 400 && statusCode < 500 && statusCode !== 429) return { kind: 'failed', reason: 'url_not_found' };
  return { kind: 'unknown', reason: 'url_not_fetched' };
}
