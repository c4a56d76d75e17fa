import type { Account } from '../accounts/account.ts';
import type { AddressForm } from '../wire/jid.ts';
import { type Message, summarise } from '../wire/message-content.ts';
import type { World } from '../world/world.ts';
import { deliverReceipt } from './deliver-receipt.ts';

export interface Envelope {
  readonly phone: Account;
  readonly author: Account;
  /** 0 when written on the author's phone. */
  readonly authorDevice: number;
  /** The address form in which the author called this phone. */
  readonly addressedAs: AddressForm;
}

/** A phone has a decrypted message in its hands: it goes into the inbox, and a receipt goes back a moment later. */
export function receiveOnPhone(world: World, envelope: Envelope, id: string, message: Message): void {
  const { phone, author, authorDevice, addressedAs } = envelope;
  const isNew = phone.inbox.add({
    id,
    from: author.phone,
    fromDevice: authorDevice,
    ...summarise(message),
    receivedAt: new Date().toISOString(),
    addressedAs,
  });
  if (!isNew) world.statistics.duplicates++;
  if (phone === author) return;
  phone.unconfirmed.set(id, () =>
    deliverReceipt(world, { to: author, from: phone, addressing: addressedAs, ids: [id], type: undefined }),
  );
  world.timers.after(world.settings.receiptDelayMs, () => phone.confirm(id));
}
