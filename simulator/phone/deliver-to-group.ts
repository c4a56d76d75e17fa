import type { Account } from '../accounts/account.ts';
import type { ArchivedMessage } from '../accounts/archive.ts';
import type { Companion } from '../accounts/companion.ts';
import { describeStanza } from '../wire/describe-stanza.ts';
import type { AddressForm } from '../wire/jid.ts';
import { distributionMessage, encodeMessage, padMessage } from '../wire/message-content.ts';
import { type Attributes, type Node, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { corrupted } from './corrupted.ts';
import { encryptFor, nowSeconds } from './message-stanza.ts';

/** A chat of many: a group, or the status posts. */
export interface Room {
  readonly id: string;
  readonly addressing: AddressForm;
}

export interface GroupDelivery {
  readonly author: Account;
  readonly group: Room;
  readonly id: string;
  readonly archived: ArchivedMessage;
}

/**
 * Encrypts a message of a phone once, under its sender key of the group, and queues it at the linked devices of all members. A device that
 * does not have the key yet gets it along with the message, encrypted for itself.
 */
export async function deliverToGroup(
  world: World,
  delivery: GroupDelivery,
  devices: Iterable<Companion>,
): Promise<void> {
  const { author, group, archived } = delivery;
  const distribution = await author.senderKeys.distribution(group.id);
  const { mediaType } = describeStanza(archived.message);
  const plaintext = archived.raw === undefined ? encodeMessage(archived.message) : padMessage(archived.raw);
  const ciphertext = await author.senderKeys.encrypt(group.id, plaintext);
  const sealed = node('enc', { v: '2', type: 'skmsg', mediatype: mediaType }, ciphertext);
  for (const companion of devices) {
    if (archived.placeholder !== undefined && companion.phone !== author.phone) {
      queue(world, delivery, companion, [node('unavailable')]);
      continue;
    }
    const holder = `${group.id} ${companion.phone}.${companion.device}`;
    const key = author.keyHolders.has(holder)
      ? []
      : [await encryptFor(author, companion, encodeMessage(distributionMessage(group.id, distribution)))];
    author.keyHolders.add(holder);
    queue(world, delivery, companion, [...key, corrupted(world, companion.phone, sealed)]);
  }
}

/** Sends a group message again to one device that could not read it, together with the sender key, under their own session. */
export async function resendToGroupDevice(
  world: World,
  delivery: GroupDelivery,
  companion: Companion,
  retry: number,
): Promise<void> {
  const { author, group, archived } = delivery;
  const key = distributionMessage(group.id, await author.senderKeys.distribution(group.id));
  const plaintext = encodeMessage({ ...archived.message, ...key });
  queue(world, delivery, companion, [await encryptFor(author, companion, plaintext, { retry })]);
}

function queue(world: World, delivery: GroupDelivery, companion: Companion, parts: Node[]): void {
  const { author, group, id, archived } = delivery;
  const { type, edit } = describeStanza(archived.message);
  const attributes = { ...groupAttributes(group, author), id, t: nowSeconds(), type, edit, notify: author.state.name };
  companion.deliver(node('message', attributes, parts));
  world.statistics.messagesToDevices++;
}

/** By which clients recognise the group and who wrote there. */
export function groupAttributes({ id, addressing }: Room, author: Account, device = 0): Attributes {
  return {
    from: id,
    participant: author.jid(addressing, device),
    participant_pn: addressing === 'lid' && !author.state.hidesNumber ? author.jid('pn', device) : undefined,
    participant_lid: addressing === 'pn' ? author.jid('lid', device) : undefined,
    addressing_mode: addressing,
  };
}
