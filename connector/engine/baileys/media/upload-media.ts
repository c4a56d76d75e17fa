import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { WASocket } from '@whiskeysockets/baileys';
import { countPassed } from '../../../memory/count-passed.ts';
import type { MediaFile } from '../../media-file.ts';
import type { MediaFamily } from '../content/read-media.ts';
import { type MediaDigests, sealMedia } from './media-cipher.ts';
import type { MediaNetwork } from './media-network.ts';
import { answerOf, mediaRequest } from './media-request.ts';

/** The fields of a message that lead to an uploaded medium. */
export interface UploadedMedia {
  readonly url: string;
  readonly directPath: string;
  readonly mediaKey: Uint8Array;
  readonly fileSha256: Uint8Array;
  readonly fileEncSha256: Uint8Array;
  readonly fileLength: number;
  readonly mediaKeyTimestamp: number;
}

/** A stuck upload must not hold its session's queue longer. */
const uploadMs = 120_000;
const answerBytesMax = 16_384;

/**
 * Encrypts a file into another one beside it, and uploads that: a few 64 kB chunks in memory, whatever its size. The encrypted file is
 * removed in any case. Throws when no media server takes it.
 */
export async function uploadMedia(
  socket: Pick<WASocket, 'refreshMediaConn'>,
  network: MediaNetwork,
  file: Pick<MediaFile, 'path'>,
  family: MediaFamily,
): Promise<UploadedMedia> {
  const sealedPath = `${file.path}.sealed`;
  const mediaKey = randomBytes(32);
  try {
    let digests: MediaDigests | undefined;
    const sealed = sealMedia(createReadStream(file.path), mediaKey, family, (found) => {
      digests = found;
    });
    await pipeline(sealed, createWriteStream(sealedPath));
    if (digests === undefined) throw new Error('The file ended before it was encrypted.');
    const { plainSha256, sealedSha256, plainBytes } = digests;
    const place = await uploadSealed(socket, network, sealedPath, sealedSha256, family);
    return {
      ...place,
      mediaKey,
      fileSha256: plainSha256,
      fileEncSha256: sealedSha256,
      fileLength: plainBytes,
      mediaKeyTimestamp: Math.floor(Date.now() / 1000),
    };
  } finally {
    await rm(sealedPath, { force: true });
  }
}

async function uploadSealed(
  socket: Pick<WASocket, 'refreshMediaConn'>,
  network: MediaNetwork,
  path: string,
  sha256: Buffer,
  family: MediaFamily,
): Promise<{ url: string; directPath: string }> {
  const name = sha256.toString('base64url');
  let lastError: unknown = new Error('WhatsApp named no media server.');
  for (const refresh of [false, true]) {
    const { hosts, auth } = await socket.refreshMediaConn(refresh);
    for (const { hostname } of hosts) {
      const query = `auth=${encodeURIComponent(auth)}&token=${name}`;
      try {
        return await post(network, new URL(`${network.scheme}//${hostname}/mms/${family}/${name}?${query}`), path);
      } catch (error) {
        lastError = error;
      }
    }
  }
  throw lastError;
}

async function post(network: MediaNetwork, url: URL, path: string): Promise<{ url: string; directPath: string }> {
  const { size } = await stat(path);
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) };
  const outgoing = mediaRequest(network, url, { method: 'POST', headers, signal: AbortSignal.timeout(uploadMs) });
  const answered = answerOf(outgoing);
  // A server that refuses answers before it has read everything; its answer says more than the broken pipe.
  const written = pipeline(counted(createReadStream(path)), outgoing).catch(() => undefined);
  const answer = await answered;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > answerBytesMax) break;
    chunks.push(chunk);
  }
  await written;
  if (answer.statusCode !== 200) throw new Error(`The media server answered ${answer.statusCode}.`);
  return placeOf(Buffer.concat(chunks).toString());
}

async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    countPassed(chunk.length);
    yield chunk;
  }
}

function placeOf(answer: string): { url: string; directPath: string } {
  const { url, direct_path: directPath } = JSON.parse(answer) as { url?: unknown; direct_path?: unknown };
  if (typeof url !== 'string' || typeof directPath !== 'string') throw new Error('The media server named no place.');
  return { url, directPath };
}
