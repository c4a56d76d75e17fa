import type { WASocket } from '@whiskeysockets/baileys';
import type { EngineEvent } from '../port.ts';

/** A code works as long as the pairing socket lives: until its QR references are used up, about 160 s. */
const codeMs = 160_000;

/** Asks WhatsApp for a pairing code; the answer is an event either way. */
export async function requestPairing(socket: WASocket, phone: string, now: () => number): Promise<EngineEvent> {
  try {
    const code = await socket.requestPairingCode(phone.replace(/\D/g, ''));
    return { type: 'pairing_code', code, expiresAt: new Date(now() + codeMs).toISOString() };
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 120) : 'unknown';
    return { type: 'pairing_failed', reason };
  }
}
