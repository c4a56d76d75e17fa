import type { Companion } from '../accounts/companion.ts';
import { withKeyType } from '../wire/key-pair.ts';
import { child, children, type Node, node, numberBytes, requiredBytes, requiredNumber } from '../wire/node.ts';
import { verifySignature } from '../wire/verify-signature.ts';
import type { World } from '../world/world.ts';

/** How many pre-keys of the asking device are left. */
export function answerPreKeyCount(companion: Companion): Node[] {
  return [node('count', { value: String(companion.preKeyCount) })];
}

/** What the server holds of the asking device. Clients only look whether it is there. */
export function answerDigest(companion: Companion): Node[] {
  const { registrationId, signedPreKey } = companion.state;
  return [
    node('digest', {}, [
      node('registration', {}, numberBytes(registrationId, 4)),
      node('type', {}, Buffer.from([5])),
      node('identity', {}, companion.identity),
      node('skey', {}, [
        node('id', {}, numberBytes(signedPreKey.id, 3)),
        node('value', {}, Buffer.from(signedPreKey.publicKey, 'base64')),
        node('signature', {}, Buffer.from(signedPreKey.signature, 'base64')),
      ]),
    ]),
  ];
}

/** Takes an upload of pre-keys. Answers false when the identity is another one or the signature is false. */
export function takePreKeys(world: World, companion: Companion, request: Node): boolean {
  if (!requiredBytes(request, 'identity').equals(companion.identity)) return false;
  if (!takeSignedPreKey(world, companion, child(request, 'skey'))) return false;
  companion.state.registrationId = requiredNumber(request, 'registration');
  companion.addPreKeys(
    children(child(request, 'list'), 'key').map((key) => ({
      id: requiredNumber(key, 'id'),
      publicKey: requiredBytes(key, 'value'),
    })),
  );
  companion.keep();
  return true;
}

/** Takes a new signed pre-key. Answers false when its signature is false. */
export function rotateSignedPreKey(world: World, companion: Companion, request: Node): boolean {
  const isTaken = takeSignedPreKey(world, companion, child(child(request, 'rotate'), 'skey'));
  if (isTaken) companion.keep();
  return isTaken;
}

function takeSignedPreKey(world: World, companion: Companion, key: Node | undefined): boolean {
  const publicKey = requiredBytes(key, 'value');
  const signature = requiredBytes(key, 'signature');
  if (!verifySignature(companion.identity, withKeyType(publicKey), signature)) {
    world.statistics.falseSignatures++;
    return false;
  }
  companion.state.signedPreKey = {
    id: requiredNumber(key, 'id'),
    publicKey: publicKey.toString('base64'),
    signature: signature.toString('base64'),
  };
  return true;
}
