import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import type { GroupState } from '../groups/group.ts';
import type { AddressForm } from '../wire/jid.ts';
import type { World } from '../world/world.ts';

/** Where a status post goes. */
export const statusJid = 'status@broadcast';

/** Where a message is written: to one person, to a group, or as a status post to some people. */
export type Chat =
  | { readonly kind: 'person'; readonly account: Account }
  | { readonly kind: 'group'; readonly group: GroupState }
  | { readonly kind: 'status'; readonly audience: readonly Account[] };

/** How records name a chat: by the other person's phone number, the group's id, or `status@broadcast`. */
export function chatId(chat: Chat): string {
  return chat.kind === 'person' ? chat.account.phone : roomJid(chat);
}

/** The chat's address as the writer's devices know it. */
export function chatJid(chat: Chat, form: AddressForm): string {
  return chat.kind === 'person' ? chat.account.jid(form) : roomJid(chat);
}

function roomJid(chat: Exclude<Chat, { kind: 'person' }>): string {
  return chat.kind === 'group' ? chat.group.id : statusJid;
}

/** The address of a chat of many, by its name: a group or the status posts; undefined for people. */
export function roomIn(name: string): string | undefined {
  return name.endsWith('@g.us') || name === statusJid ? name : undefined;
}

/** The chat of that name, if it is still there. */
export function findChat(world: World, id: string): Chat | undefined {
  const group = world.groups.find(id);
  if (group !== undefined) return { kind: 'group', group };
  // Whoever asks for a status post again is its audience.
  if (id === statusJid) return { kind: 'status', audience: [] };
  const account = world.directory.find(id);
  return account === undefined ? undefined : { kind: 'person', account };
}

/** The phones that get what an author writes to a chat, the author's own not among them. */
export function phonesIn(world: World, chat: Chat, author: Account): readonly Account[] {
  if (chat.kind === 'person') return [chat.account];
  if (chat.kind === 'status') return chat.audience;
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
