import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import { isAdmin, isMember } from '../groups/group.ts';
import { statusJid } from '../phone/chat.ts';
import { groupAttributes, type Room } from '../phone/deliver-to-group.ts';
import { nowSeconds } from '../phone/message-stanza.ts';
import { readEnvelope } from '../phone/read-envelope.ts';
import { parseJid } from '../wire/jid.ts';
import { child, type Node, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { listedEnvelopes } from './envelopes.ts';

const unknownGroup = 404;
const notAllowed = 403;

export interface GroupMessage {
  readonly author: Account;
  readonly sender: Companion;
  readonly stanza: Node;
}

/**
 * A linked device writes to a group: every phone and every other linked device of its members gets the ciphertext that is for all, and the
 * one with the sender key that may be for it alone. Answers the code of a refusal.
 */
export async function handleGroupMessage(world: World, message: GroupMessage): Promise<number | undefined> {
  const { author, stanza } = message;
  const group = world.groups.find(stanza.attrs.to);
  if (group === undefined) return unknownGroup;
  if (!isMember(group, author.phone) || (group.announce && !isAdmin(group, author.phone))) return notAllowed;
  await distribute(world, message, group, Object.keys(group.roles));
  if (stanza.attrs.participant === undefined) world.statistics.crowdDeliveries += group.crowd.length;
  return undefined;
}

/** A linked device posts a status: whoever is on its list gets it, as the server does not know the audience otherwise. */
export async function handleStatusPost(world: World, message: GroupMessage): Promise<void> {
  const devices = [...keysByDevice(world, message.stanza).keys()];
  const only = world.directory.resolve(message.stanza.attrs.participant)?.account.phone;
  const phones = new Set([
    ...devices.map((device) => device.split(':')[0] ?? ''),
    ...(only === undefined ? [] : [only]),
  ]);
  await distribute(world, message, { id: statusJid, addressing: 'pn' }, [...phones]);
}

async function distribute(world: World, message: GroupMessage, room: Room, phones: readonly string[]): Promise<void> {
  const { author, sender, stanza } = message;
  const keys = keysByDevice(world, stanza);
  const sealed = child(stanza, 'enc');
  const only = world.directory.resolve(stanza.attrs.participant);
  for (const phone of phones) {
    const member = world.directory.own(phone);
    if (member === undefined || (only !== undefined && only.account !== member)) continue;
    for (const device of [0, ...member.companions.keys()]) {
      if (only !== undefined && only.jid.device !== device) continue;
      if (member === author && device === sender.device) continue;
      const key = keys.get(`${phone}:${device}`);
      const parts = [...(key === undefined ? [] : [key]), ...(sealed === undefined ? [] : [sealed])];
      await deliver(world, message, room, { member, device, parts });
    }
  }
}

interface Copy {
  readonly member: Account;
  readonly device: number;
  readonly parts: readonly Node[];
}

async function deliver(world: World, message: GroupMessage, group: Room, copy: Copy): Promise<void> {
  const { author, sender, stanza } = message;
  const { member, device, parts } = copy;
  if (device === 0) {
    await readEnvelope(world, { phone: member, form: group.addressing, author, sender, stanza, parts, group });
    return;
  }
  const identity = child(stanza, 'device-identity');
  const { id, type, edit } = stanza.attrs;
  const attributes = { ...groupAttributes(group, author, sender.device), id, type, edit, notify: author.state.name };
  const content = identity === undefined ? [...parts] : [...parts, identity];
  member.companions.get(device)?.deliver(node('message', { ...attributes, t: nowSeconds() }, content));
  world.statistics.messagesToDevices++;
}

/** The ciphertexts for single devices, by phone number and device: clients address them by number or by hidden id. */
function keysByDevice(world: World, stanza: Node): ReadonlyMap<string, Node> {
  const keys = new Map<string, Node>();
  for (const { to, encrypted } of listedEnvelopes(stanza)) {
    const jid = parseJid(to);
    if (jid === undefined || world.crowd.find(jid.user) !== undefined) continue;
    const account = world.directory.atJid(jid);
    if (account !== undefined) keys.set(`${account.phone}:${jid.device}`, encrypted);
  }
  return keys;
}
