import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import { publishFile } from '../media/media-server.ts';
import { mediaIn } from '../wire/media-reference.ts';
import { isMediaRetryTrue, sealMediaRetry } from '../wire/media-retry.ts';
import { bytesOf, child, type Node, node } from '../wire/node.ts';
import { unwrapMessage } from '../wire/unwrap-message.ts';
import type { World } from '../world/world.ts';
import { nowSeconds } from './message-stanza.ts';

/**
 * A linked device could not fetch the file of a message: the phone of the same account puts it on the media server again and tells the
 * device the new path, encrypted under the key of the file.
 */
export function uploadAgain(world: World, phone: Account, companion: Companion, receipt: Node): void {
  const { id = '' } = receipt.attrs;
  const message = phone.archive.get(id)?.message;
  const part = message === undefined ? undefined : mediaIn(unwrapMessage(message).content)?.part;
  const request = child(receipt, 'encrypt');
  const sealed = {
    ciphertext: bytesOf(child(request, 'enc_p')) ?? Buffer.alloc(0),
    iv: bytesOf(child(request, 'enc_iv')) ?? Buffer.alloc(12),
  };
  const about = { from: phone.jid(), type: 'mediaretry', id, t: nowSeconds() };
  const rmr = node('rmr', child(receipt, 'rmr')?.attrs ?? {});
  if (!part?.mediaKey?.length || world.faults.strike('refuse-reupload', phone.phone) !== undefined) {
    // 2: the phone does not have the message any more.
    companion.deliver(node('notification', about, [rmr, node('error', { code: '2' })]));
    return;
  }
  if (!isMediaRetryTrue(part.mediaKey, id, sealed)) {
    world.statistics.falseSignatures++;
    return;
  }
  world.statistics.reuploads++;
  // Files are named by the hash of their encrypted bytes; only the path under which the file could be read has expired.
  const file = Buffer.from(part.fileEncSha256 ?? []).toString('base64url');
  const directPath = world.media.files.sizeOf(file) === undefined ? undefined : publishFile(world, file).directPath;
  const answer = sealMediaRetry(part.mediaKey, id, directPath);
  const encrypt = node('encrypt', {}, [node('enc_p', {}, answer.ciphertext), node('enc_iv', {}, answer.iv)]);
  companion.deliver(node('notification', about, [rmr, encrypt]));
}
