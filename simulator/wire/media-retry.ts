import { randomBytes } from 'node:crypto';
import { decryptGcm, encryptGcm } from './aes-gcm.ts';
import { hkdf } from './hkdf.ts';
import { proto } from './proto.ts';

const { ResultType } = proto.MediaRetryNotification;

export interface SealedRetry {
  readonly ciphertext: Buffer;
  readonly iv: Buffer;
}

/** What a phone answers when a device could not fetch the file of a message: its new path, or that the phone does not have it either. */
export function sealMediaRetry(mediaKey: Uint8Array, id: string, directPath: string | undefined): SealedRetry {
  const answer = proto.MediaRetryNotification.encode({
    stanzaId: id,
    result: directPath === undefined ? ResultType.NOT_FOUND : ResultType.SUCCESS,
    ...(directPath === undefined ? {} : { directPath }),
  }).finish();
  const iv = randomBytes(12);
  return { ciphertext: encryptGcm(answer, retryKey(mediaKey), iv, Buffer.from(id)), iv };
}

/** Whether the device that asks knows the key of the file. */
export function isMediaRetryTrue(mediaKey: Uint8Array, id: string, { ciphertext, iv }: SealedRetry): boolean {
  try {
    const plain = decryptGcm(ciphertext, retryKey(mediaKey), iv, Buffer.from(id));
    return proto.ServerErrorReceipt.decode(plain).stanzaId === id;
  } catch {
    // What is false is counted by the caller; there is nothing else to learn from it.
    return false;
  }
}

function retryKey(mediaKey: Uint8Array): Buffer {
  return hkdf(Buffer.from(mediaKey), 32, { info: 'WhatsApp Media Retry Notification' });
}
