import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  digestMedia,
  type MediaDigest,
  mediaKeys,
  openMedia,
  sealMedia,
} from '../../../simulator/wire/media-cipher.ts';

const keys = mediaKeys(randomBytes(32), 'video');

async function* cut(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

it.each([0, 1, 15, 16, 17, 1000])('brings %i bytes back, however they are cut', async (length) => {
  const plain = randomBytes(length);
  let digest: MediaDigest | undefined;
  const sealed = await collect(
    sealMedia(cut(plain, 7), keys, (found) => {
      digest = found;
    }),
  );
  expect(digest).toEqual({ sha256: createHash('sha256').update(plain).digest(), size: length });
  for (const size of [1, 9, 10, 11, 64, 5000]) {
    expect((await collect(openMedia(cut(sealed, size), keys))).equals(plain)).toBe(true);
  }
  expect(await digestMedia(openMedia(cut(sealed, 100), keys))).toEqual(digest);
});

it('refuses a file with one false bit, a cut one, and one under another key', async () => {
  const sealed = await collect(sealMedia(cut(randomBytes(100), 30), keys, () => undefined));
  const altered = Buffer.from(sealed);
  altered[20] = (altered[20] ?? 0) ^ 1;
  await expect(collect(openMedia(cut(altered, 16), keys))).rejects.toThrow(/MAC/);
  await expect(collect(openMedia(cut(sealed.subarray(0, 90), 16), keys))).rejects.toThrow(/MAC/);
  await expect(collect(openMedia(cut(sealed, 16), mediaKeys(randomBytes(32), 'video')))).rejects.toThrow(/MAC/);
});
