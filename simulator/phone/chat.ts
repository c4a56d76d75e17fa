import type { Account } from '../accounts/account.ts';
import type { AddressForm } from '../wire/jid.ts';
import type { World } from '../world/world.ts';

/** Where a message is written: to one person. */
export type Chat = { readonly kind: 'person'; readonly account: Account };

/** How records name a chat: the other person's phone number. */
export function chatId(chat: Chat): string {
  return chat.account.phone;
}

/** The chat's address as the writer's devices know it. */
export function chatJid(chat: Chat, form: AddressForm): string {
  return chat.account.jid(form);
}

/** The chat of that name, if it is still there. */
export function findChat(world: World, id: string): Chat | undefined {
  const account = world.directory.find(id);
  return account === undefined ? undefined : { kind: 'person', account };
}
