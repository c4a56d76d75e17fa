import type { proto } from '@whiskeysockets/baileys';
import { readProtocol } from './protocol-bytes.ts';

/** Peers ask soon; whoever asks later for old messages may be fishing for them. */
const repeatableMs = 72 * 3_600_000;

/** What a phone that could not decrypt a message of ours gets once more; `undefined` for others' messages and after 72 hours. */
export function messageToRepeat(protocol: Uint8Array, nowMs: number): proto.IMessage | undefined {
  const { key, message, messageTimestamp } = readProtocol(protocol);
  if (key?.fromMe !== true || !message) return undefined;
  const sentAtMs = Number(messageTimestamp ?? 0) * 1000;
  return sentAtMs > 0 && nowMs - sentAtMs > repeatableMs ? undefined : message;
}
