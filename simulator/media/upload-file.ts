import { randomBytes } from 'node:crypto';
import type { UploadedFile } from '../wire/compose-content.ts';
import { type MediaDigest, type MediaFamily, mediaKeys, sealMedia } from '../wire/media-cipher.ts';
import type { World } from '../world/world.ts';
import { publishFile } from './media-server.ts';

/** A phone encrypts a file under a fresh key and puts it on the media server. */
export async function uploadFile(
  world: World,
  family: MediaFamily,
  plain: AsyncIterable<Buffer>,
): Promise<UploadedFile> {
  const mediaKey = randomBytes(32);
  let digest: MediaDigest | undefined;
  const sealed = sealMedia(plain, mediaKeys(mediaKey, family), (found) => {
    digest = found;
  });
  const { id, sha256: fileEncSha256 } = await world.media.files.put(sealed);
  if (digest === undefined) throw new Error('A file was stored before its end.');
  return { ...publishFile(world, id), mediaKey, fileEncSha256, fileSha256: digest.sha256, fileLength: digest.size };
}
