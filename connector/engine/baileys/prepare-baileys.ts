import { Curve, WA_CERT_DETAILS } from '@whiskeysockets/baileys';
import type { TrustedSimulator } from './trust-simulator.ts';
import { verifySignature } from './verify-signature.ts';

/**
 * Mends Baileys before the first socket: signatures are really verified (its own `Curve.verify` throws the answer away, so any
 * server certificate passes), and with a simulator the certificate root is the simulator's. Both objects are shared and mutable by
 * Baileys' own design, so this holds for all sockets of the process.
 */
export function prepareBaileys(simulator: TrustedSimulator | undefined): void {
  Curve.verify = (publicKey, message, signature) => verifySignature(publicKey, message, signature);
  if (simulator !== undefined) WA_CERT_DETAILS.PUBLIC_KEY = simulator.rootKey;
}
