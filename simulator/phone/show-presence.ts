import type { Account } from '../accounts/account.ts';
import type { AddressForm } from '../wire/jid.ts';
import { type Attributes, type Node, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { type Chat, chatJid, devicesIn } from './chat.ts';
import { nowSeconds } from './message-stanza.ts';

export const chatStates = ['composing', 'recording', 'paused'] as const;
export type ChatState = (typeof chatStates)[number];

/** A phone types, records or stops doing so; whoever is in the chat and online sees it, and it is not kept for the others. */
export function showChatState(
  world: World,
  { phone, chat, addressing, state }: { phone: Account; chat: Chat; addressing: AddressForm; state: ChatState },
): number {
  const jid = phone.jid(addressing);
  const from: Attributes =
    chat.kind === 'person' ? { from: jid } : { from: chatJid(chat, addressing), participant: jid };
  const part = state === 'recording' ? node('composing', { media: 'audio' }) : node(state);
  let seen = 0;
  for (const companion of devicesIn(world, chat, phone)) {
    if (companion.phone !== phone.phone && sendNow(companion.socket, node('chatstate', from, [part]))) seen++;
  }
  return seen;
}

/** A phone comes or goes: the clients that have subscribed to it hear so. Answers how many. */
export function showPresence(world: World, phone: Account, isAvailable: boolean): number {
  phone.isAvailable = isAvailable;
  let seen = 0;
  for (const connection of world.connections) {
    const form = connection.subscriptions.get(phone.phone);
    if (form !== undefined && sendNow(connection, presenceNode(phone, form))) seen++;
  }
  return seen;
}

/** How somebody stands at the moment. */
export function presenceNode(phone: Account, form: AddressForm): Node {
  return phone.isAvailable
    ? node('presence', { from: phone.jid(form) })
    : node('presence', { from: phone.jid(form), type: 'unavailable', last: nowSeconds() });
}

function sendNow(socket: { readonly isActive: boolean; send(stanza: Node): void } | undefined, stanza: Node): boolean {
  if (!socket?.isActive) return false;
  socket.send(stanza);
  return true;
}
