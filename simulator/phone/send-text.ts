import type { Account } from '../accounts/account.ts';
import type { AddressForm } from '../wire/jid.ts';
import { summarise, textMessage } from '../wire/message-content.ts';
import type { World } from '../world/world.ts';
import { deliverToDevice } from './deliver-to-device.ts';
import { newMessageId } from './message-stanza.ts';
import { receiveOnPhone } from './receive-on-phone.ts';

export interface TextToSend {
  readonly author: Account;
  readonly recipient: Account;
  readonly text: string;
  /** The address form that the devices see. */
  readonly addressing: AddressForm;
}

/**
 * A phone writes a text. Answers its id once it is encrypted for, and queued at, every linked device of both accounts. Throws a
 * `QueueFullError`, with nothing sent, when one of them has stayed away for too long.
 */
export function sendText(world: World, { author, recipient, text, addressing }: TextToSend): Promise<string> {
  return author.serial.run(async () => {
    const devices = new Set([...recipient.companions.values(), ...author.companions.values()]);
    for (const companion of devices) {
      if (companion.queue.isFull()) throw new QueueFullError(companion.phone, companion.device);
    }
    const id = newMessageId();
    const sent = { message: textMessage(text), to: recipient.phone, addressing };
    const summary = summarise(sent.message);
    author.outbox.remember(id, sent);
    author.outbox.note({ id, to: recipient.phone, byDevice: 0, ...summary, at: new Date().toISOString() }, 0);
    for (const companion of devices) await deliverToDevice(world, { author, recipient, companion, id, sent });
    // Between two phones of this process nothing would be learned from encrypting: a client is at neither end.
    const envelope = { phone: recipient, author, authorDevice: 0, addressedAs: addressing };
    receiveOnPhone(world, envelope, id, sent.message);
    return id;
  });
}

/** A device's queue has reached its limit. */
export class QueueFullError extends Error {
  constructor(phone: string, device: number) {
    super(`The queue of device ${device} of ${phone} is full: the device does not fetch its messages.`);
    this.name = 'QueueFullError';
  }
}
