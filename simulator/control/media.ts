import { openFile } from '../media/fetch-file.ts';
import { type MediaReference, mediaIn } from '../wire/media-reference.ts';
import { unwrapMessage } from '../wire/unwrap-message.ts';
import { ControlError } from './control-error.ts';
import { FileAnswer } from './file-answer.ts';
import { ownPhone } from './input.ts';
import type { ControlRequest } from './routes.ts';

/** Takes the bytes of a file, as they are, for phones to send: answers its id, hash and size. */
export async function postMedia({ world, body }: ControlRequest) {
  const { id, sha256, size } = await world.media.gallery.put(body as AsyncIterable<Buffer>);
  return { media: id, sha256: sha256.toString('hex'), size };
}

/** The certificate of the media server, which no public authority vouches for, and the root key's signature over its PEM text. */
export function certificate({ world }: ControlRequest) {
  return { certificate: world.tls.certificate, signature: world.tls.signature.toString('base64') };
}

/** The decrypted file of a message that the phone has received or sent. */
export function messageFile(request: ControlRequest) {
  const bytes = openFile(request.world, fileOf(request));
  if (bytes === undefined) throw new ControlError(404, 'unknown_media', 'The file of this message is gone.');
  return new FileAnswer(bytes);
}

/** From now on nobody can read the file of this message, until the phone uploads it anew. */
export function expireFile(request: ControlRequest) {
  const { directPath } = fileOf(request).part;
  return { expired: request.world.media.expire(directPath) };
}

function fileOf({ world, parameters: { phone = '', id = '' } }: ControlRequest): MediaReference {
  const message = ownPhone(world, phone).archive.get(id)?.message;
  const reference = message === undefined ? undefined : mediaIn(unwrapMessage(message).content);
  if (reference === undefined) throw new ControlError(404, 'unknown_message', `No file came with a message ${id}.`);
  return reference;
}
