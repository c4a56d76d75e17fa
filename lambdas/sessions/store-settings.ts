import type * as z from 'zod/mini';
import {
  checkedProxyAddresses,
  maskProxyUrl,
  type ProxyAddress,
  parseProxyUrl,
} from '../../core/sessions/proxy-url.ts';
import { sealProxyUrl } from '../../core/sessions/sealed-proxy.ts';
import type { Session } from '../../core/sessions/session.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { SessionPlace } from './require-session.ts';
import type { settings } from './schemas.ts';
import type { SessionParts } from './session-parts.ts';

/** Settings as they stand on the row: what may be shown, and the proxy's address apart from it, sealed. */
export interface StoredSettings extends Pick<Session, 'settings'> {
  /** `undefined`: the session has no proxy. */
  readonly sealedProxyUrl: Uint8Array | undefined;
}

/**
 * Makes of the settings in a request those that are stored. A proxy must lie at public addresses, on a port that the operator lets connectors
 * reach; written as it is shown, without its password, it is the one that is stored already. Throws `VALIDATION_FAILED`.
 */
export async function storeSettings(
  request: SessionPlace & { readonly wanted: z.output<typeof settings>; readonly before?: Session },
  { newWebhook: { sealer }, proxyRules }: Pick<SessionParts, 'newWebhook' | 'proxyRules'>,
): Promise<StoredSettings> {
  const { wanted, before } = request;
  const { proxyUrl, ...rest } = wanted;
  if (proxyUrl === undefined) return { settings: rest, sealedProxyUrl: undefined };
  if (before?.sealedProxyUrl !== undefined && before.settings.proxyUrl === proxyUrl) {
    return { settings: { ...rest, proxyUrl }, sealedProxyUrl: before.sealedProxyUrl };
  }
  const proxy = await checkProxy(proxyUrl, proxyRules);
  return {
    settings: { ...rest, proxyUrl: maskProxyUrl(proxy) },
    sealedProxyUrl: await sealProxyUrl(request, proxyUrl, sealer),
  };
}

async function checkProxy(text: string, rules: SessionParts['proxyRules']): Promise<ProxyAddress> {
  const proxy = parseProxyUrl(text);
  if ('reason' in proxy) throw refusal(proxy.reason);
  const checked = await checkedProxyAddresses(proxy.host, rules);
  if ('reason' in checked) throw refusal(checked.reason);
  if (!checked.exempt && !rules.ports.includes(proxy.port)) {
    throw refusal(`Its port must be one that this service reaches: ${rules.ports.join(', ')}.`);
  }
  return proxy;
}

/** Says nothing of the address: it may hold a password. */
function refusal(reason: string): WharfError {
  const message = `The proxy is refused. ${reason}`;
  return new WharfError('VALIDATION_FAILED', { detail: message, errors: [{ pointer: '/settings/proxyUrl', message }] });
}
