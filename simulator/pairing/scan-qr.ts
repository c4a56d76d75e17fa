import type { Account } from '../accounts/account.ts';
import type { World } from '../world/world.ts';
import { pairDevice } from './pair-device.ts';
import { PairingError } from './pairing-error.ts';

/**
 * A phone scans a QR. `text` is what the picture holds: `https://wa.me/settings/linked_devices#REF,NOISE,IDENTITY,SECRET,PLATFORM`, or
 * only what follows the `#`. Answers the number of the new device; throws a `PairingError`.
 */
export function scanQr(world: World, account: Account, text: string): Promise<number> {
  const [reference, noiseKey, identity, secret] = text.slice(text.indexOf('#') + 1).split(',');
  if (reference === undefined || noiseKey === undefined || identity === undefined || secret === undefined) {
    throw new PairingError('unknown_code', 'The text is not that of a linking QR.');
  }
  const connection = world.pairing.connectionOf(reference);
  if (connection === undefined) {
    throw new PairingError('unknown_code', 'No open connection shows this QR; it has expired or was used.');
  }
  const shown = connection.registration?.identity.toString('base64');
  if (identity !== shown || noiseKey !== connection.noiseKey?.toString('base64')) {
    throw new PairingError('unknown_code', 'The keys in the QR are not those of the connection that shows it.');
  }
  return pairDevice(connection, account, Buffer.from(secret, 'base64'));
}
