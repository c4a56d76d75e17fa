import tls from 'node:tls';
import type { RunningSimulator } from '../../../simulator/start-simulator.ts';
import { verifySignature } from '../../../simulator/wire/verify-signature.ts';

/**
 * Makes all TLS connections of this thread, those of fetch and of https alike, accept the simulator's media server: Baileys asks for files
 * by https only. The certificate is believed because the root key, which clients of the simulator must know anyway, has signed it.
 */
export async function trustMedia({ controlUrl, rootPublicKeyBase64 }: RunningSimulator): Promise<void> {
  const response = await fetch(`${controlUrl}/certificate`);
  const { certificate, signature } = (await response.json()) as { certificate: string; signature: string };
  const root = Buffer.from(rootPublicKeyBase64, 'base64');
  if (!verifySignature(root, Buffer.from(certificate), Buffer.from(signature, 'base64'))) {
    throw new Error('The certificate of the media server is not signed by the root.');
  }
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate]);
}
