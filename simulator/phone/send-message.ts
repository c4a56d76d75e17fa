import type { Account } from '../accounts/account.ts';
import type { ArchivedMessage } from '../accounts/archive.ts';
import type { AddressForm } from '../wire/jid.ts';
import type { Message } from '../wire/message-content.ts';
import type { World } from '../world/world.ts';
import { type Chat, chatId, devicesIn, phonesIn } from './chat.ts';
import { deliverToDevice } from './deliver-to-device.ts';
import { deliverToGroup } from './deliver-to-group.ts';
import { newMessageId } from './message-stanza.ts';
import { noteOutgoing } from './note-outgoing.ts';
import { QueueFullError } from './queue-full-error.ts';
import { receiveOnPhone } from './receive-on-phone.ts';

/** What a phone is about to send. */
export interface Composed {
  readonly message: Message;
  /** Sent in place of the encoded message. */
  readonly raw?: Buffer | undefined;
  readonly placeholder?: 'resent' | 'lost' | undefined;
}

export interface MessageToSend<Content extends Composed> {
  readonly author: Account;
  readonly chat: Chat;
  /** The address form that the devices see. */
  readonly addressing: AddressForm;
  /** Called when it is this message's turn, so that messages keep their order however long their files take. */
  readonly compose: () => Promise<Content>;
}

/**
 * A phone writes a message. Answers its id, and what was composed, once it is encrypted for, and queued at, every linked device of all
 * accounts in the chat. Throws a `QueueFullError`, with nothing sent, when one of them has stayed away for too long.
 */
export function sendMessage<Content extends Composed>(
  world: World,
  { author, chat, addressing, compose }: MessageToSend<Content>,
): Promise<{ id: string; composed: Content }> {
  return author.serial.run(async () => {
    const devices = devicesIn(world, chat, author);
    for (const companion of devices) if (companion.queue.isFull()) throw new QueueFullError(companion);
    const composed = await compose();
    const id = newMessageId();
    const { message, raw, placeholder } = composed;
    const archived: ArchivedMessage = {
      message,
      ...(raw === undefined ? {} : { raw }),
      placeholder,
      chat: chatId(chat),
      author: author.phone,
      addressing,
    };
    noteOutgoing(world, author, { id, byDevice: 0, archived });
    if (chat.kind !== 'person') {
      await deliverToGroup(world, { author, group: { id: chatId(chat), addressing }, id, archived }, devices);
    } else {
      for (const companion of devices) await deliverToDevice(world, { author, chat, companion, id, archived });
    }
    // Between two phones of this process nothing would be learned from encrypting: a client is at neither end.
    const name = chat.kind === 'person' ? author.phone : chatId(chat);
    const envelope = { author, authorDevice: 0, addressedAs: addressing, chat: name };
    for (const phone of phonesIn(world, chat, author)) {
      await receiveOnPhone(world, { ...envelope, phone }, id, message);
    }
    return { id, composed };
  });
}
