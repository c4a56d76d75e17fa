import { isIP } from 'node:net';

export interface SimulatorSettings {
  /** `ws://` or `wss://` address. */
  readonly url: string;
  /** Base64 of the 32-byte root public key. */
  readonly rootKey: string;
  /** A host other than loopback that `url` may name. */
  readonly allowedHost?: string | undefined;
}

export interface TrustedSimulator {
  readonly url: string;
  readonly rootKey: Buffer<ArrayBuffer>;
}

/**
 * Accepts a simulator only on loopback or on the host that the operator named, so that no setting can make a production connector
 * trust a stranger's certificate root. Throws one clear sentence otherwise.
 *
 * @example checkSimulator({ url: 'ws://127.0.0.1:4010', rootKey })
 */
export function checkSimulator({ url, rootKey, allowedHost }: SimulatorSettings): TrustedSimulator {
  const address = parseAddress(url);
  const host = address.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (!isLoopback(host) && host !== allowedHost?.toLowerCase()) {
    throw new Error(
      `SIMULATOR_URL names the host ${host}, which is neither loopback nor SIMULATOR_ALLOWED_HOST. The connector does not start.`,
    );
  }
  const key = Buffer.from(rootKey, 'base64');
  if (key.length !== 32) {
    throw new Error('SIMULATOR_ROOT_KEY is not the base64 of 32 bytes. The connector does not start.');
  }
  return { url: address.toString(), rootKey: key };
}

function parseAddress(url: string): URL {
  const address = URL.parse(url);
  if (address === null || !['ws:', 'wss:'].includes(address.protocol)) {
    throw new Error('SIMULATOR_URL is not a ws:// or wss:// address. The connector does not start.');
  }
  return address;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
