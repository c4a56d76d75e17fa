import { WharfError } from '../../wharf-error.ts';
import { type AllowedCidrs, createAddressPolicy } from './address-policy.ts';
import { type ResolveHost, resolveHost } from './resolve-host.ts';
import { hostOf, judgeTarget, parseTargetUrl, portOf } from './target-rules.ts';

export interface CheckWebhookUrlOptions {
  /** The operator's exceptions; http and any port are allowed there. */
  readonly allowedCidrs: AllowedCidrs;
  readonly resolve?: ResolveHost;
}

/**
 * Refuses a webhook URL that Wharf will not call: https only, port 443 or at least 1024, no credentials, no fragment, at most 2,048
 * characters, and a host all of whose addresses are public now. A name that does not resolve is refused as well: it is a typo far
 * more often than a plan. The connection guard looks again at every send. Throws `WEBHOOK_URL_FORBIDDEN`.
 *
 * @example await checkWebhookUrl('https://example.com/hook', { allowedCidrs: [] })
 */
export async function checkWebhookUrl(url: string, options: CheckWebhookUrlOptions): Promise<void> {
  const parsed = parseTargetUrl(url);
  if ('reason' in parsed) throw forbidden(parsed.reason);
  const addresses = await addressesOf(hostOf(parsed.url), options.resolve ?? resolveHost);
  const reason = judgeTarget(
    { protocol: parsed.url.protocol as 'http:' | 'https:', port: portOf(parsed.url), addresses },
    { policy: createAddressPolicy(options.allowedCidrs), plainHttp: 'exempt-only' },
  );
  if (reason !== undefined) throw forbidden(reason);
}

async function addressesOf(host: string, resolve: ResolveHost): Promise<readonly string[]> {
  try {
    return await resolve(host);
  } catch (error) {
    throw forbidden('Its host name does not resolve.', error);
  }
}

function forbidden(reason: string, cause?: unknown): WharfError {
  return new WharfError('WEBHOOK_URL_FORBIDDEN', { detail: `The webhook URL is refused. ${reason}`, cause });
}
