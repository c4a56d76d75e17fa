import type { Account } from '../accounts/account.ts';
import type { ArchivedMessage } from '../accounts/archive.ts';
import type { MessageKey } from '../wire/compose-content.ts';
import type { AddressForm } from '../wire/jid.ts';
import type { World } from '../world/world.ts';
import { type Chat, chatJid } from './chat.ts';

/** A message of a chat, named as one of its phones names it in reactions, edits, votes and answers. */
export interface Target {
  readonly id: string;
  readonly archived: ArchivedMessage;
  readonly key: MessageKey;
  readonly authorJid: string;
}

/** Finds a message on a phone; undefined when the phone does not have it any more. */
export function findTarget(
  world: World,
  { phone, chat, addressing }: { phone: Account; chat: Chat; addressing: AddressForm },
  id: string,
): Target | undefined {
  const archived = phone.archive.get(id);
  const author = archived === undefined ? undefined : world.directory.find(archived.author);
  if (archived === undefined || author === undefined) return undefined;
  const fromMe = author === phone;
  const authorJid = author.jid(addressing);
  const participant = chat.kind !== 'person' && !fromMe ? { participant: authorJid } : {};
  return { id, archived, key: { remoteJid: chatJid(chat, addressing), fromMe, id, ...participant }, authorJid };
}
