import { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import type { Store } from '../storage/store.ts';
import { issueTlsIdentity, isUsable, type TlsIdentity } from '../wire/tls-certificate.ts';

const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** The key and certificate of the media server: those of the last start, if they still speak for this host. */
export function tlsIdentity(store: Store, host: string): TlsIdentity {
  const hosts = new Set(['localhost', '127.0.0.1', '::1', hostname()]);
  if (!everywhere.has(host)) hosts.add(host);
  for (const [, value] of store.entries('tls')) {
    const known = value as TlsIdentity;
    if (isUsable(new X509Certificate(known.certificate), [...hosts], Date.now())) return known;
  }
  const fresh = issueTlsIdentity([...hosts], Date.now());
  store.put('tls', () => fresh);
  return fresh;
}
