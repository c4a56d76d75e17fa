import type { Account } from '../accounts/account.ts';
import type { InboxMessage } from '../accounts/inbox.ts';
import type { World } from '../world/world.ts';
import { roomIn } from './chat.ts';
import { deliverReceipt } from './deliver-receipt.ts';

/**
 * A phone's owner reads or plays messages of the inbox: the authors get receipts, one for all messages of an author in a chat. Answers the ids that
 * the phone has never received; then no receipt goes out at all.
 */
export function readMessages(
  world: World,
  phone: Account,
  ids: readonly string[],
  type: 'read' | 'played',
): readonly string[] {
  const unknown = ids.filter((id) => phone.inbox.get(id) === undefined);
  if (unknown.length > 0) return unknown;
  const chats = new Map<string, InboxMessage[]>();
  for (const id of ids) {
    const message = phone.inbox.get(id);
    if (message === undefined) continue;
    phone.confirm(id);
    const chat = `${message.chat} ${message.from} ${message.addressedAs}`;
    chats.set(chat, [...(chats.get(chat) ?? []), message]);
  }
  for (const messages of chats.values()) {
    const [first] = messages;
    const author = world.directory.find(first?.from ?? '');
    if (first === undefined || author === undefined) continue;
    deliverReceipt(world, {
      to: author,
      from: phone,
      addressing: first.addressedAs,
      group: roomIn(first.chat),
      ids: messages.map(({ id }) => id),
      type,
    });
  }
  return [];
}
