import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { decryptGcm } from './aes-gcm.ts';
import { hkdf } from './hkdf.ts';
import { type KeyPair, sharedSecret } from './key-pair.ts';

const derive = promisify(pbkdf2);
const iterations = 131_072;
const bundleInfo = 'link_code_pairing_key_bundle_encryption_key';

/** The companion's ephemeral key out of its 80 wrapped bytes. A wrong code gives another key, not an error. */
export async function unwrapEphemeral(code: string, wrapped: Buffer): Promise<Buffer> {
  const key = await derive(code, wrapped.subarray(0, 32), iterations, 32, 'sha256');
  const decipher = createDecipheriv('aes-256-ctr', key, wrapped.subarray(32, 48));
  return Buffer.concat([decipher.update(wrapped.subarray(48)), decipher.final()]);
}

/** The phone's ephemeral public key under the code: salt of 32 bytes, IV of 16, then the key. */
export async function wrapEphemeral(code: string, publicKey: Buffer): Promise<Buffer> {
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-ctr', await derive(code, salt, iterations, 32, 'sha256'), iv);
  return Buffer.concat([salt, iv, cipher.update(publicKey), cipher.final()]);
}

export interface LinkCodeFinish {
  /** The 156 bytes of `link_code_pairing_wrapped_key_bundle`. */
  readonly wrappedBundle: Buffer;
  readonly phoneIdentity: KeyPair;
  readonly phoneEphemeral: KeyPair;
  readonly companionEphemeral: Buffer;
}

/**
 * Opens the companion's key bundle. Undefined when it does not open, which means that the code was wrong; otherwise the companion's
 * identity and the secret that signs `pair-success`.
 */
export function openKeyBundle(finish: LinkCodeFinish): { identity: Buffer; advSecret: Buffer } | undefined {
  const shared = sharedSecret(finish.phoneEphemeral.privateKey, finish.companionEphemeral);
  const key = hkdf(shared, 32, { salt: finish.wrappedBundle.subarray(0, 32), info: bundleInfo });
  let bundle: Buffer;
  try {
    bundle = decryptGcm(finish.wrappedBundle.subarray(44), key, finish.wrappedBundle.subarray(32, 44), Buffer.alloc(0));
  } catch {
    // A false tag is how a wrong code shows; there is nothing else to learn from it.
    return undefined;
  }
  const identity = bundle.subarray(0, 32);
  if (!bundle.subarray(32, 64).equals(finish.phoneIdentity.publicKey)) return undefined;
  const material = Buffer.concat([
    shared,
    sharedSecret(finish.phoneIdentity.privateKey, identity),
    bundle.subarray(64, 96),
  ]);
  return { identity: Buffer.from(identity), advSecret: hkdf(material, 32, { info: 'adv_secret' }) };
}
