import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import { child, type Node, requiredBytes, requiredNumber } from '../wire/node.ts';
import type { KeyBundle } from '../wire/signal-cipher.ts';
import type { World } from '../world/world.ts';
import { findChat } from './chat.ts';
import { deliverToDevice } from './deliver-to-device.ts';
import { resendToGroupDevice } from './deliver-to-group.ts';

/** Clients give up after five as well. */
const retriesMax = 5;

/**
 * A linked device could not decrypt a message of this phone: the phone opens a new session, with the keys in the receipt or with a
 * fresh bundle, and sends the same id again. Messages that it no longer knows are not sent again.
 */
export async function resendMessage(world: World, author: Account, companion: Companion, receipt: Node): Promise<void> {
  const id = receipt.attrs.id ?? '';
  const retry = Number(child(receipt, 'retry')?.attrs.count ?? 1);
  const archived = author.archive.get(id);
  const chat = archived === undefined ? undefined : findChat(world, archived.chat);
  if (archived?.author !== author.phone || chat === undefined || retry > retriesMax) {
    world.logger.info({ phone: author.phone, id, retry }, 'a retry cannot be served');
    return;
  }
  const peer = { phone: companion.phone, device: companion.device };
  await author.cipher.openSession(peer, bundleIn(receipt, companion) ?? companion.takeBundle());
  if (chat.kind !== 'person') {
    const delivery = { author, group: { id: archived.chat, addressing: archived.addressing }, id, archived };
    return resendToGroupDevice(world, delivery, companion, retry);
  }
  await deliverToDevice(world, { author, chat, companion, id, archived, retry });
}

function bundleIn(receipt: Node, companion: Companion): KeyBundle | undefined {
  const keys = child(receipt, 'keys');
  if (keys === undefined) return undefined;
  // The identity was fixed when the device was linked; a receipt cannot change it.
  if (!requiredBytes(keys, 'identity').equals(companion.identity)) return undefined;
  const signed = child(keys, 'skey');
  const preKey = child(keys, 'key');
  return {
    registrationId: requiredNumber(receipt, 'registration'),
    identity: companion.identity,
    signedPreKey: {
      id: requiredNumber(signed, 'id'),
      publicKey: requiredBytes(signed, 'value'),
      signature: requiredBytes(signed, 'signature'),
    },
    ...(preKey === undefined
      ? {}
      : { preKey: { id: requiredNumber(preKey, 'id'), publicKey: requiredBytes(preKey, 'value') } }),
  };
}
