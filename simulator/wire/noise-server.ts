import { createHash } from 'node:crypto';
import { decryptGcm, encryptGcm } from './aes-gcm.ts';
import { hkdf } from './hkdf.ts';
import { generateKeyPair, type KeyPair, sharedSecret } from './key-pair.ts';
import { proto } from './proto.ts';

/** Exactly 32 bytes, so the protocol name is the first hash as it stands. */
const mode = Buffer.from('Noise_XX_25519_AESGCM_SHA256\u0000\u0000\u0000\u0000', 'latin1');
const empty = Buffer.alloc(0);

export interface NoiseClient {
  /** The client's Noise static public key, 32 bytes: it is what a device is recognised by. */
  readonly staticKey: Buffer;
  /** An encoded `ClientPayload`. */
  readonly payload: Buffer;
}

/**
 * The server role of the Noise XX handshake and of the transport after it. Used once per connection, in this order: `answerHello`,
 * `finish`, then `encrypt` and `decrypt` for one binary node per frame. Counters run per direction, so frames must keep their order.
 */
export class NoiseServer {
  readonly #static: KeyPair;
  readonly #certificate: Buffer;
  readonly #ephemeral = generateKeyPair();
  #hash: Buffer = mode;
  #salt: Buffer = mode;
  #key: Buffer = mode;
  #counter = 0;
  #readKey: Buffer = empty;
  #writeKey: Buffer = empty;
  #readCounter = 0;
  #writeCounter = 0;

  constructor(staticKey: KeyPair, certificate: Buffer) {
    this.#static = staticKey;
    this.#certificate = certificate;
  }

  /** Takes the client's first frame and gives the one to answer. Throws on a malformed hello. */
  answerHello(prologue: Buffer, hello: Buffer): Buffer {
    const { clientHello } = proto.HandshakeMessage.decode(hello);
    const clientEphemeral = clientHello?.ephemeral;
    if (clientEphemeral?.length !== 32) throw new Error('The client hello holds no ephemeral key.');
    this.#authenticate(prologue);
    this.#authenticate(clientEphemeral);
    this.#authenticate(this.#ephemeral.publicKey);
    this.#mix(sharedSecret(this.#ephemeral.privateKey, clientEphemeral));
    const staticKey = this.#seal(this.#static.publicKey);
    this.#mix(sharedSecret(this.#static.privateKey, clientEphemeral));
    const payload = this.#seal(this.#certificate);
    const serverHello = { ephemeral: this.#ephemeral.publicKey, static: staticKey, payload };
    return Buffer.from(proto.HandshakeMessage.encode({ serverHello }).finish());
  }

  /** Takes the client's second frame. Throws when it does not open, which is a client with wrong keys. */
  finish(frame: Buffer): NoiseClient {
    const { clientFinish } = proto.HandshakeMessage.decode(frame);
    if (!clientFinish?.static || !clientFinish.payload) throw new Error('The client finish is incomplete.');
    const staticKey = this.#open(clientFinish.static);
    this.#mix(sharedSecret(this.#ephemeral.privateKey, staticKey));
    const payload = this.#open(clientFinish.payload);
    const keys = hkdf(empty, 64, { salt: this.#salt });
    this.#readKey = keys.subarray(0, 32);
    this.#writeKey = keys.subarray(32);
    return { staticKey, payload };
  }

  encrypt(plaintext: Buffer): Buffer {
    return encryptGcm(plaintext, this.#writeKey, initialisationVector(this.#writeCounter++), empty);
  }

  decrypt(sealed: Buffer): Buffer {
    return decryptGcm(sealed, this.#readKey, initialisationVector(this.#readCounter++), empty);
  }

  #authenticate(data: Uint8Array): void {
    this.#hash = createHash('sha256').update(this.#hash).update(data).digest();
  }

  #mix(secret: Buffer): void {
    const keys = hkdf(secret, 64, { salt: this.#salt });
    this.#salt = keys.subarray(0, 32);
    this.#key = keys.subarray(32);
    this.#counter = 0;
  }

  #seal(plaintext: Buffer): Buffer {
    const sealed = encryptGcm(plaintext, this.#key, initialisationVector(this.#counter++), this.#hash);
    this.#authenticate(sealed);
    return sealed;
  }

  #open(sealed: Uint8Array): Buffer {
    const plaintext = decryptGcm(sealed, this.#key, initialisationVector(this.#counter++), this.#hash);
    this.#authenticate(sealed);
    return plaintext;
  }
}

function initialisationVector(counter: number): Buffer {
  const iv = Buffer.alloc(12);
  iv.writeUInt32BE(counter, 8);
  return iv;
}
