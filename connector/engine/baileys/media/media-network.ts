import type { Agent } from 'node:http';
import type { EngineParts } from '../baileys-engine.ts';
import { createProxyAgent } from '../proxy-agent.ts';
import type { TrustedSimulator } from '../trust-simulator.ts';

/** Where media may be fetched from and taken to. */
export interface MediaNetwork {
  readonly scheme: 'https:' | 'http:';
  /** Of a session with a proxy of its own. */
  readonly agent?: Agent;
  /** The address of a medium, or `undefined` when the message names a place that is not WhatsApp's. */
  addressOf(medium: { readonly url?: string | null; readonly directPath?: string | null }): URL | undefined;
}

const whatsappHost = 'mmg.whatsapp.net';
const whatsappDomain = '.whatsapp.net';

/**
 * WhatsApp's media servers, or the simulator's on its own address. A message's sender writes its URL: followed blindly, it would make this
 * process fetch from any place that its network reaches.
 *
 * @example createMediaNetwork(undefined).addressOf({ directPath: '/v/t62…' }) // https://mmg.whatsapp.net/v/t62…
 */
export function createMediaNetwork(simulator: Pick<TrustedSimulator, 'url'> | undefined): MediaNetwork {
  const address = simulator === undefined ? undefined : new URL(simulator.url);
  const scheme = address?.protocol === 'ws:' ? 'http:' : 'https:';
  const defaultHost = address?.host ?? whatsappHost;
  const isAllowed = (url: URL) =>
    address === undefined
      ? url.protocol === 'https:' && url.port === '' && url.hostname.endsWith(whatsappDomain)
      : url.hostname === address.hostname;
  return {
    scheme,
    addressOf: ({ url, directPath }) => {
      const named = url ? URL.parse(url) : null;
      const host = named !== null && isAllowed(named) ? named.host : defaultHost;
      if (directPath) {
        const found = URL.parse(`${scheme}//${host}${directPath.startsWith('/') ? '' : '/'}${directPath}`);
        return found !== null && (isAllowed(found) || found.host === defaultHost) ? found : undefined;
      }
      if (named === null || !isAllowed(named)) return undefined;
      named.protocol = scheme;
      return named;
    },
  };
}

/** The network of one session: through its own proxy, if it has one. */
export function mediaNetworkOf(
  parts: Pick<EngineParts, 'mediaNetwork' | 'proxyGuard'>,
  proxyUrl?: string,
): MediaNetwork {
  if (proxyUrl === undefined) return parts.mediaNetwork;
  return { ...parts.mediaNetwork, agent: createProxyAgent(proxyUrl, parts.proxyGuard) };
}
