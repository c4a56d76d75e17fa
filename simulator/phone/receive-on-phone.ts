import type { Account } from '../accounts/account.ts';
import { fetchFile } from '../media/fetch-file.ts';
import type { AddressForm } from '../wire/jid.ts';
import { mediaIn } from '../wire/media-reference.ts';
import type { Message } from '../wire/message-content.ts';
import { readContent } from '../wire/read-content.ts';
import { unwrapMessage } from '../wire/unwrap-message.ts';
import type { World } from '../world/world.ts';
import { applyChange } from './apply-change.ts';
import { roomIn } from './chat.ts';
import { deliverReceipt } from './deliver-receipt.ts';
import { readVote } from './read-vote.ts';

export interface Envelope {
  readonly phone: Account;
  readonly author: Account;
  /** 0 when written on the author's phone. */
  readonly authorDevice: number;
  /** The address form in which the author called this phone. */
  readonly addressedAs: AddressForm;
  /** Name of the chat, as this phone has it. */
  readonly chat: string;
}

/**
 * A phone has a decrypted message in its hands: it fetches the file that may come with it, puts it into the inbox, changes the older
 * message that it may be about, and sends a receipt a moment later.
 */
export async function receiveOnPhone(world: World, envelope: Envelope, id: string, message: Message): Promise<void> {
  const { phone, author, authorDevice, addressedAs, chat } = envelope;
  const isNew = phone.inbox.get(id) === undefined;
  const { content } = unwrapMessage(message);
  const media = isNew ? mediaIn(content) : undefined;
  const options = readVote(world, phone, author, content);
  const view = { ...readContent(message), ...(options === undefined ? {} : { options }) };
  phone.inbox.add({
    id,
    chat,
    from: author.phone,
    fromDevice: authorDevice,
    ...view,
    ...(media === undefined ? {} : await fetchFile(world, media)),
    receivedAt: new Date().toISOString(),
    notified: ![...phone.companions.values()].some(({ isAvailable, socket }) => isAvailable && socket?.isActive),
    addressedAs,
  });
  if (isNew) {
    phone.archive.keep(id, { message, chat, author: author.phone, addressing: addressedAs });
    applyChange(phone, view, author);
  } else {
    world.statistics.duplicates++;
  }
  if (phone === author) return;
  const group = roomIn(chat);
  phone.unconfirmed.set(id, () =>
    deliverReceipt(world, { to: author, from: phone, addressing: addressedAs, group, ids: [id], type: undefined }),
  );
  world.timers.after(world.settings.receiptDelayMs, () => phone.confirm(id));
}
