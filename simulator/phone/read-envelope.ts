import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import { type AddressForm, parseJid } from '../wire/jid.ts';
import { decodeMessage, type Message } from '../wire/message-content.ts';
import { bytesOf, type Node } from '../wire/node.ts';
import { contentName } from '../wire/unwrap-message.ts';
import type { World } from '../world/world.ts';
import { answerPeer } from './answer-peer.ts';
import { askAgain } from './ask-again.ts';
import type { Room } from './deliver-to-group.ts';
import { noteOutgoing } from './note-outgoing.ts';
import { receiveOnPhone } from './receive-on-phone.ts';

/** Something that a linked device has encrypted for a phone, its own or another one. */
export interface SealedEnvelope {
  readonly phone: Account;
  /** The address form by which the sender called this phone. */
  readonly form: AddressForm;
  readonly author: Account;
  readonly sender: Companion;
  /** The message stanza, and what of it is for this phone: its own ciphertext, in groups also the one for all. */
  readonly stanza: Node;
  readonly parts: readonly Node[];
  readonly group?: Room | undefined;
}

/**
 * A phone decrypts what a linked device has sent, and asks for it again when it cannot. One after the other: libsignal steps a session
 * while it tries it, so two messages of one sender must not be tried at the same time.
 */
export function readEnvelope(world: World, envelope: SealedEnvelope): Promise<void> {
  return envelope.phone.serial.run(async () => {
    const { phone, author, sender, stanza, form, group } = envelope;
    const id = stanza.attrs.id ?? '';
    let message: Message | undefined;
    try {
      message = await decrypt(envelope);
    } catch (error) {
      world.logger.info({ err: error, phone: phone.phone, id }, 'a phone could not decrypt');
      return askAgain(world, envelope);
    }
    if (message === undefined) return;
    if (stanza.attrs.category === 'peer') return answerPeer(world, { phone, sender, id, message });
    if (author === phone) return noteOwn(world, envelope, message);
    const chat = group?.id ?? author.phone;
    const received = { phone, author, authorDevice: sender.device, addressedAs: form, chat };
    await receiveOnPhone(world, received, id, message);
  });
}

/** The content; undefined when there was nothing but a sender key. */
async function decrypt({ phone, sender, parts, group }: SealedEnvelope): Promise<Message | undefined> {
  const peer = { phone: sender.phone, device: sender.device };
  let content: Message | undefined;
  for (const { attrs, ...part } of parts) {
    const ciphertext = bytesOf({ attrs, ...part });
    if (ciphertext === undefined) continue;
    if (attrs.type === 'skmsg' && group !== undefined) {
      content = decodeMessage(await phone.senderKeys.decrypt(group.id, peer, ciphertext));
    } else if (attrs.type === 'pkmsg' || attrs.type === 'msg') {
      const message = decodeMessage(await phone.cipher.decrypt(peer, attrs.type, ciphertext));
      const key = message.senderKeyDistributionMessage;
      if (key?.groupId && key.axolotlSenderKeyDistributionMessage) {
        await phone.senderKeys.accept(key.groupId, peer, key.axolotlSenderKeyDistributionMessage);
      }
      if (group === undefined || contentName(message) !== undefined || message.deviceSentMessage) content = message;
    }
  }
  return content;
}

/** The phone's copy of what its own linked device wrote. */
function noteOwn(world: World, { phone, sender, stanza, group }: SealedEnvelope, copy: Message): void {
  const { message, destinationJid } = copy.deviceSentMessage ?? {};
  const address = destinationJid ?? stanza.attrs.to;
  const found = group === undefined ? world.directory.resolve(address) : undefined;
  noteOutgoing(world, phone, {
    id: stanza.attrs.id ?? '',
    byDevice: sender.device,
    archived: {
      message: message ?? copy,
      chat: group?.id ?? found?.account.phone ?? address ?? '',
      author: phone.phone,
      addressing: group?.addressing ?? parseJid(address)?.form ?? 'pn',
    },
  });
}
