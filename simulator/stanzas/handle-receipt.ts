import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import type { Connection } from '../connection.ts';
import { roomIn } from '../phone/chat.ts';
import { deliverReceipt } from '../phone/deliver-receipt.ts';
import { nowSeconds } from '../phone/message-stanza.ts';
import { resendMessage } from '../phone/resend-message.ts';
import { uploadAgain } from '../phone/upload-again.ts';
import { child, children, type Node, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';

/**
 * A linked device says what became of a message. Every type but `read`, `played` and `retry` acknowledges the delivery. Reading and
 * playing are passed on to the author; the delivery itself is not, since the phone of the same account confirms it already.
 */
export function handleReceipt(connection: Connection, receipt: Node): void {
  const { companion, world } = connection;
  const own = companion === undefined ? undefined : world.directory.find(companion.phone);
  if (companion === undefined || own === undefined) return;
  const { id = '', type } = receipt.attrs;
  if (type === 'retry') {
    handleRetry(connection, companion, own, receipt);
    return;
  }
  if (type === 'server-error') {
    uploadAgain(world, own, companion, receipt);
    return;
  }
  const ids = [id, ...children(child(receipt, 'list'), 'item').map((item) => item.attrs.id ?? '')];
  if (type === 'read' || type === 'played') {
    const author = authorOf(world, receipt);
    if (author !== undefined && author.account !== own) {
      const group = roomIn(receipt.attrs.to ?? '');
      deliverReceipt(world, { to: author.account, from: own, addressing: author.jid.form, group, ids, type });
    }
    return;
  }
  for (const each of ids) if (companion.queue.acknowledge('message', each)) world.statistics.acks++;
}

/** The device could not decrypt: whoever wrote the message, a phone or another linked device, has to send it again. */
function handleRetry(connection: Connection, companion: Companion, own: Account, receipt: Node): void {
  const { world } = connection;
  world.statistics.retriesAsked++;
  const author = authorOf(world, receipt);
  if (author === undefined) return;
  if (author.jid.device === 0) {
    author.account.serial
      .run(() => resendMessage(world, author.account, companion, receipt))
      .catch((error) => world.logger.warn({ err: error, phone: author.account.phone }, 'a retry failed'));
    return;
  }
  const writer = author.account.companions.get(author.jid.device);
  const { id, recipient, to = '' } = receipt.attrs;
  const asker = own.jid(author.jid.form, companion.device);
  const group = roomIn(to);
  const from = group === undefined ? { from: asker } : { from: group, participant: asker };
  writer?.deliver(node('receipt', { ...from, id, type: 'retry', t: nowSeconds(), recipient }, receipt.content));
}

/** Who wrote the messages: in groups the receipt names them beside the group. */
function authorOf(world: World, { attrs: { to, participant } }: Node) {
  return world.directory.resolve(participant !== undefined && roomIn(to ?? '') !== undefined ? participant : to);
}
