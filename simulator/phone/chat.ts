import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import type { GroupState } from '../groups/group.ts';
import type { AddressForm } from '../wire/jid.ts';
import type { World } from '../world/world.ts';

/** Where a message is written: to one person or to a group. */
export type Chat =
  | { readonly kind: 'person'; readonly account: Account }
  | { readonly kind: 'group'; readonly group: GroupState };

/** How records name a chat: by the other person's phone number, or by the group's id. */
export function chatId(chat: Chat): string {
  return chat.kind === 'person' ? chat.account.phone : chat.group.id;
}

/** The chat's address as the writer's devices know it. */
export function chatJid(chat: Chat, form: AddressForm): string {
  return chat.kind === 'person' ? chat.account.jid(form) : chat.group.id;
}

/** The group that a chat's name names; undefined for people. */
export function groupIn(name: string): string | undefined {
  return name.endsWith('@g.us') ? name : undefined;
}

/** The chat of that name, if it is still there. */
export function findChat(world: World, id: string): Chat | undefined {
  const group = world.groups.find(id);
  if (group !== undefined) return { kind: 'group', group };
  const account = world.directory.find(id);
  return account === undefined ? undefined : { kind: 'person', account };
}

/** The phones that get what an author writes to a chat, the author's own not among them. */
export function phonesIn(world: World, chat: Chat, author: Account): readonly Account[] {
  if (chat.kind === 'person') return [chat.account];
  return Object.keys(chat.group.roles).flatMap((phone) => {
    const account = phone === author.phone ? undefined : world.directory.own(phone);
    return account === undefined ? [] : [account];
  });
}

/** The linked devices of all of them, and the author's own. */
export function devicesIn(world: World, chat: Chat, author: Account): ReadonlySet<Companion> {
  const accounts = new Set([...phonesIn(world, chat, author), author]);
  return new Set([...accounts].flatMap((account) => [...account.companions.values()]));
}
