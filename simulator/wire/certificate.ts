import { generateKeyPair, type KeyPair } from './key-pair.ts';
import { sign } from './libsignal.ts';
import { proto } from './proto.ts';

const { Details } = proto.CertChain.NoiseCertificate;
const secondsPerDay = 86_400;
/** WhatsApp's clients know the root by this serial. */
const rootSerial = 0;

export interface CertificateRequest {
  readonly root: KeyPair;
  /** The server's Noise static public key: the leaf is bound to it, as strict clients demand. */
  readonly staticKey: Buffer;
  readonly nowSeconds: number;
}

/**
 * A certificate chain for the Noise handshake under our own root: intermediate (serial 1) signed by the root, leaf (serial 2) signed by
 * the intermediate, valid from a day ago for a year. Answers the encoded `CertChain`.
 */
export function issueCertificateChain(request: CertificateRequest): Buffer {
  const intermediate = generateKeyPair();
  const validity = {
    notBefore: request.nowSeconds - secondsPerDay,
    notAfter: request.nowSeconds + 365 * secondsPerDay,
  };
  const intermediateDetails = Buffer.from(
    Details.encode({ serial: 1, issuerSerial: rootSerial, key: intermediate.publicKey, ...validity }).finish(),
  );
  const leafDetails = Buffer.from(
    Details.encode({ serial: 2, issuerSerial: 1, key: request.staticKey, ...validity }).finish(),
  );
  return Buffer.from(
    proto.CertChain.encode({
      leaf: { details: leafDetails, signature: sign(intermediate.privateKey, leafDetails) },
      intermediate: {
        details: intermediateDetails,
        signature: sign(request.root.privateKey, intermediateDetails),
      },
    }).finish(),
  );
}
