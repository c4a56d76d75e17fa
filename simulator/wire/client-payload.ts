import { withKeyType } from './key-pair.ts';
import { proto } from './proto.ts';
import { verifySignature } from './verify-signature.ts';

/** A device that shows a QR or asks for a code. */
export interface Registration {
  readonly kind: 'registration';
  readonly registrationId: number;
  readonly identity: Buffer;
  readonly revision: number;
  readonly signedPreKey: { readonly id: number; readonly publicKey: Buffer; readonly signature: Buffer };
}

/** A device that was linked before. */
export interface Login {
  readonly kind: 'login';
  readonly phone: string;
  readonly device: number;
  /** Last part of the client's version. */
  readonly revision: number;
}

/** Reads what a client sends at the end of the handshake. Throws on a false signature of its signed pre-key. */
export function readClientPayload(payload: Buffer): Registration | Login {
  const { devicePairingData, username, device, userAgent } = proto.ClientPayload.decode(payload);
  const revision = userAgent?.appVersion?.tertiary ?? 0;
  if (devicePairingData == null) return { kind: 'login', phone: String(username ?? ''), device: device ?? 0, revision };
  const { eRegid, eIdent, eSkeyId, eSkeyVal, eSkeySig } = devicePairingData;
  if (!eRegid || !eIdent || !eSkeyId || !eSkeyVal || !eSkeySig) throw new Error('The registration is incomplete.');
  if (!verifySignature(eIdent, withKeyType(eSkeyVal), eSkeySig)) {
    throw new Error('The signed pre-key of the registration carries a false signature.');
  }
  return {
    kind: 'registration',
    revision,
    registrationId: Buffer.from(eRegid).readUIntBE(0, eRegid.length),
    identity: Buffer.from(eIdent),
    signedPreKey: {
      id: Buffer.from(eSkeyId).readUIntBE(0, eSkeyId.length),
      publicKey: Buffer.from(eSkeyVal),
      signature: Buffer.from(eSkeySig),
    },
  };
}
