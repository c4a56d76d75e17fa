import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import { keyNodes } from '../stanzas/key-bundles.ts';
import { parseJid } from '../wire/jid.ts';
import { decodeMessage, type Message } from '../wire/message-content.ts';
import { bytesOf, type Node, node, numberBytes } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { nowSeconds } from './message-stanza.ts';
import { noteOutgoing } from './note-outgoing.ts';
import { receiveOnPhone } from './receive-on-phone.ts';

/** Something that a linked device has encrypted for a phone, its own or another one. */
export interface SealedEnvelope {
  readonly phone: Account;
  /** By which address the sender called this phone. */
  readonly addressedTo: string;
  readonly author: Account;
  readonly sender: Companion;
  /** The message stanza, and the ciphertext for this phone. */
  readonly stanza: Node;
  readonly encrypted: Node;
}

/** A device that cannot make itself understood is asked so often, then no more. */
const retriesMax = 5;

/** A phone decrypts what a linked device has sent, and asks for it again when it cannot. */
export function readEnvelope(world: World, envelope: SealedEnvelope): Promise<void> {
  return envelope.phone.serial.run(async () => {
    const { phone, author, sender, stanza, encrypted } = envelope;
    const { type } = encrypted.attrs;
    const ciphertext = bytesOf(encrypted);
    if ((type !== 'pkmsg' && type !== 'msg') || ciphertext === undefined) return;
    let message: Message;
    try {
      const peer = { phone: sender.phone, device: sender.device };
      message = decodeMessage(await phone.cipher.decrypt(peer, type, ciphertext));
    } catch (error) {
      world.logger.info({ err: error, phone: phone.phone, id: stanza.attrs.id }, 'a phone could not decrypt');
      return askAgain(world, envelope);
    }
    if (stanza.attrs.category === 'peer') return;
    if (author === phone) return noteOwn(world, envelope, message);
    const form = parseJid(envelope.addressedTo)?.form ?? 'pn';
    const received = { phone, author, authorDevice: sender.device, addressedAs: form, chat: author.phone };
    await receiveOnPhone(world, received, stanza.attrs.id ?? '', message);
  });
}

/** The phone's copy of what its own linked device wrote. */
function noteOwn(world: World, { phone, sender, stanza }: SealedEnvelope, copy: Message): void {
  const { message, destinationJid } = copy.deviceSentMessage ?? {};
  const found = world.directory.resolve(destinationJid ?? stanza.attrs.to);
  noteOutgoing(world, phone, {
    id: stanza.attrs.id ?? '',
    byDevice: sender.device,
    archived: {
      message: message ?? copy,
      chat: found?.account.phone ?? destinationJid ?? '',
      author: phone.phone,
      addressing: found?.jid.form ?? 'pn',
    },
  });
}

function askAgain(world: World, { phone, addressedTo, author, sender, stanza }: SealedEnvelope): void {
  const id = stanza.attrs.id ?? '';
  world.statistics.undecryptable++;
  phone.undecryptable++;
  const count = phone.countRetry(`${id} ${sender.phone}:${sender.device}`);
  if (count > retriesMax) return;
  const bundle = phone.keys.issueBundle();
  const form = parseJid(addressedTo)?.form ?? 'pn';
  sender.deliver(
    node(
      'receipt',
      {
        from: phone.jid(form),
        id,
        type: 'retry',
        t: nowSeconds(),
        recipient: author === phone ? stanza.attrs.to : undefined,
      },
      [
        node('retry', { count: String(count), id, t: stanza.attrs.t ?? nowSeconds(), v: '1', error: '0' }),
        node('registration', {}, numberBytes(bundle.registrationId, 4)),
        node('keys', {}, [
          node('type', {}, Buffer.from([5])),
          node('identity', {}, bundle.identity),
          ...keyNodes(bundle),
        ]),
      ],
    ),
  );
}
