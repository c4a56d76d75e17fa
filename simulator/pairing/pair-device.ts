import type { Account } from '../accounts/account.ts';
import { announceDevice } from '../accounts/announce-device.ts';
import type { Connection } from '../connection.ts';
import { acceptDeviceIdentity, issueDeviceIdentity } from '../wire/device-identity.ts';
import { bytesOf, child, type Node, node, serverJid } from '../wire/node.ts';
import { PairingError } from './pairing-error.ts';

/** A phone cannot have more linked devices, in the simulator as at WhatsApp. */
const companionsMax = 4;
/** A client answers within milliseconds; one that does not is gone. */
const answerTimeoutMs = 15_000;

/** A link that waits for the client's signature. */
export interface PairingAttempt {
  readonly account: Account;
  readonly device: number;
  readonly requestId: string;
  succeed(device: number): void;
  fail(reason: string): void;
}

/**
 * Links the device behind a connection to a phone: `pair-success`, the client's signature, then 515. Answers the number of the new device
 * when the client has signed. Throws a `PairingError` when it does not, or when the phone has four devices already.
 */
export async function pairDevice(connection: Connection, account: Account, advSecret: Buffer): Promise<number> {
  const { registration, world } = connection;
  if (registration === undefined || connection.isClosed) {
    throw new PairingError('not_pairing', 'The connection behind this code is closed.');
  }
  if (connection.attempt !== undefined) throw new PairingError('already_linked', 'This code was used a moment ago.');
  if (world.faults.find('passkey', account.phone) !== undefined) {
    world.faults.strike('passkey', account.phone);
    askForPasskey(connection);
    throw new PairingError('passkey_required', 'WhatsApp asks for a passkey instead of linking (fault passkey).');
  }
  if (account.companions.size >= companionsMax) {
    throw new PairingError('too_many_devices', `The phone has ${companionsMax} linked devices; unlink one first.`);
  }
  const device = account.state.nextDevice++;
  account.keep();
  const requestId = `pair-${connection.id}-${device}`;
  const linked = new Promise<number>((resolve, reject) => {
    const timeout = setTimeout(() => attempt.fail('The client did not sign the link.'), answerTimeoutMs);
    const attempt: PairingAttempt = {
      account,
      device,
      requestId,
      succeed: (number) => {
        clearTimeout(timeout);
        resolve(number);
      },
      fail: (reason) => {
        clearTimeout(timeout);
        reject(new PairingError('pairing_failed', reason));
      },
    };
    connection.attempt = attempt;
  });
  connection.send(pairSuccess(connection, account, { device, requestId, advSecret, identity: registration.identity }));
  return linked;
}

interface NewDevice {
  readonly device: number;
  readonly requestId: string;
  readonly advSecret: Buffer;
  readonly identity: Buffer;
}

function pairSuccess(connection: Connection, account: Account, fresh: NewDevice): Node {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const deviceIdentity = issueDeviceIdentity({
    account: account.keys.identity,
    companion: fresh.identity,
    keyIndex: fresh.device,
    advSecret: fresh.advSecret,
    nowSeconds,
  });
  connection.world.events.add('pairing', { connection: connection.id, phone: account.phone, device: fresh.device });
  return node('iq', { from: serverJid, type: 'set', id: fresh.requestId, t: String(nowSeconds) }, [
    node('pair-success', {}, [
      node('device-identity', {}, deviceIdentity),
      node('device', { jid: account.jid('pn', fresh.device), lid: account.jid('lid', fresh.device) }),
      node('platform', { name: 'android' }),
    ]),
  ]);
}

/** What the real service does to some accounts: the phone waits, and the client hears of a passkey. */
function askForPasskey(connection: Connection): void {
  const now = Date.now();
  const attributes = {
    from: serverJid,
    type: 'passkey_prologue_request',
    id: `passkey-${now}`,
    t: String(Math.floor(now / 1000)),
  };
  connection.send(node('notification', attributes, [node('passkey_prologue_request')]));
}

/** Takes the client's `pair-device-sign`. With true signatures the device is linked and the client is told to come back. */
export function finishPairing(connection: Connection, answer: Node): void {
  const { attempt, registration, noiseKey, world } = connection;
  if (attempt === undefined || registration === undefined || noiseKey === undefined) return;
  const { account, device } = attempt;
  const signed = bytesOf(child(child(answer, 'pair-device-sign'), 'device-identity'));
  const deviceIdentity =
    signed === undefined
      ? undefined
      : acceptDeviceIdentity(signed, account.keys.identity.publicKey, registration.identity);
  if (deviceIdentity === undefined) {
    world.statistics.falseSignatures++;
    attempt.fail('The client refused the link or signed it falsely.');
    connection.end('false device signature');
    return;
  }
  const { id, publicKey, signature } = registration.signedPreKey;
  account.addCompanion({
    device,
    keyIndex: device,
    noiseKey: noiseKey.toString('base64'),
    identity: registration.identity.toString('base64'),
    registrationId: registration.registrationId,
    signedPreKey: { id, publicKey: publicKey.toString('base64'), signature: signature.toString('base64') },
    deviceIdentity: deviceIdentity.toString('base64'),
    linkedAt: new Date().toISOString(),
    bootstraps: 0,
    isBootstrapped: false,
  });
  announceDevice(world, account, device, 'add');
  world.events.add('linked', { connection: connection.id, phone: account.phone, device });
  attempt.succeed(device);
  connection.end('restart after linking', node('stream:error', { code: '515' }));
}
