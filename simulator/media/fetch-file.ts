import { digestMedia, mediaKeys, openMedia } from '../wire/media-cipher.ts';
import { familyOf, type MediaReference } from '../wire/media-reference.ts';
import type { World } from '../world/world.ts';

/** What a phone found when it fetched the file of a message: hash and size of the plain bytes, or what was wrong. */
export type FetchedFile =
  | { readonly sha256: string; readonly size: number }
  | { readonly mediaError: 'gone' | 'bad_mac' | 'wrong_hash' | 'no_key' };

/** A phone reads the file of a message from the media server, decrypts it, and compares its hash with that in the message. */
export async function fetchFile(world: World, reference: MediaReference): Promise<FetchedFile> {
  if (!reference.part.mediaKey?.length) return { mediaError: 'no_key' };
  const plain = openFile(world, reference);
  if (plain === undefined) return { mediaError: 'gone' };
  try {
    const { sha256, size } = await digestMedia(plain);
    const promised = Buffer.from(reference.part.fileSha256 ?? []);
    return sha256.equals(promised) ? { sha256: sha256.toString('hex'), size } : { mediaError: 'wrong_hash' };
  } catch (error) {
    world.logger.info({ err: error }, 'a phone could not decrypt a file');
    return { mediaError: 'bad_mac' };
  }
}

/** The decrypted bytes of the file of a message; undefined when it is gone. */
export function openFile(world: World, { kind, part }: MediaReference): AsyncIterable<Buffer> | undefined {
  const path = part.directPath || (URL.parse(part.url ?? '')?.pathname ?? '');
  const id = world.media.fileAt(path);
  const sealed = id === undefined ? undefined : world.media.files.read(id);
  if (sealed === undefined || !part.mediaKey?.length) return undefined;
  return openMedia(sealed, mediaKeys(part.mediaKey, familyOf[kind]));
}
