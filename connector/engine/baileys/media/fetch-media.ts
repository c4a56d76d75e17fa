import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { proto, type WASocket } from '@whiskeysockets/baileys';
import { within } from '../../../concurrency/within.ts';
import type { FetchMediaOutcome, FetchMediaRequest } from '../../port.ts';
import { readProtocol } from '../content/protocol-bytes.ts';
import { isFetchable, type MediaFamily, type MediaPart, mediaPartOf } from '../content/read-media.ts';
import { unwrapMessage } from '../content/unwrap-message.ts';
import { CorruptMediaError, type MediaDigests, openMedia } from './media-cipher.ts';
import type { MediaNetwork } from './media-network.ts';
import { answerOf, mediaRequest } from './media-request.ts';

/** The phone uploads a medium again while it is online; else it does when it comes back, and the next try finds it. */
const askAgainMs = 20_000;
/** Of encryption: IV, padding and MAC. */
const sealedOverheadBytes = 64;

const goneStatuses: ReadonlySet<number> = new Set([403, 404, 410]);

class TooLargeError extends Error {}
class GoneError extends Error {}

/**
 * Fetches a medium, decrypts it into a file and checks it against the hash in the message. When WhatsApp has deleted it already, the
 * sender's phone is asked to upload it again.
 */
export async function fetchMedia(
  socket: Pick<WASocket, 'updateMediaMessage'>,
  network: MediaNetwork,
  request: FetchMediaRequest,
): Promise<FetchMediaOutcome> {
  const info = readProtocol(request.protocol);
  const { message } = unwrapMessage(info.message ?? {});
  const found = mediaPartOf(message);
  if (found === undefined || !isFetchable(found.part)) return { kind: 'failed', reason: 'unreadable' };
  try {
    return await fetchInto(network, found.part, found.family, request);
  } catch (error) {
    if (!(error instanceof GoneError)) return outcomeOf(error);
  }
  try {
    const renewed = await askAgain(socket, { ...info, message });
    if (renewed === undefined) return { kind: 'unknown', reason: 'not_uploaded_again' };
    return await fetchInto(network, renewed, found.family, request);
  } catch (error) {
    return error instanceof GoneError ? { kind: 'failed', reason: 'expired' } : outcomeOf(error);
  }
}

async function askAgain(
  socket: Pick<WASocket, 'updateMediaMessage'>,
  info: Pick<proto.IWebMessageInfo, 'key' | 'message'>,
): Promise<MediaPart | undefined> {
  try {
    const asked = socket.updateMediaMessage(proto.WebMessageInfo.create(info) as never);
    const updated = await within(askAgainMs, asked);
    return updated === undefined ? undefined : mediaPartOf(unwrapMessage(updated.message ?? {}).message)?.part;
  } catch (error) {
    // The phone answered, and does not have it any more.
    if (statusCodeOf(error) === 404) throw new GoneError('The phone does not have the medium.', { cause: error });
    return undefined;
  }
}

async function fetchInto(
  network: MediaNetwork,
  part: MediaPart,
  family: MediaFamily,
  { path, bytesMax, signal }: FetchMediaRequest,
): Promise<FetchMediaOutcome> {
  const address = network.addressOf(part);
  if (address === undefined || !part.mediaKey) return { kind: 'failed', reason: 'unreadable' };
  const outgoing = mediaRequest(network, address, { method: 'GET', signal });
  outgoing.end();
  const response = await answerOf(outgoing);
  const status = response.statusCode ?? 0;
  if (status !== 200) response.destroy();
  if (goneStatuses.has(status)) throw new GoneError(`The media server answered ${status}.`);
  // Redirects too: nobody but WhatsApp's own servers is asked.
  if (status !== 200) return { kind: 'unknown', reason: `media_server_${status}` };
  let digests: MediaDigests | undefined;
  const sealed = bounded(response, bytesMax + sealedOverheadBytes);
  const plain = openMedia(sealed, part.mediaKey, family, (all) => {
    digests = all;
  });
  try {
    await pipeline(plain, createWriteStream(path), { signal });
    if (digests === undefined || isOther(digests.plainSha256, part.fileSha256)) {
      throw new CorruptMediaError('The bytes are not those that the message names.');
    }
    return { kind: 'fetched', size: digests.plainBytes, sha256: digests.plainSha256.toString('hex') };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function* bounded(chunks: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new TooLargeError('The medium is larger than allowed.');
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  }
}

/** A message without a hash says nothing about the bytes; the MAC has vouched for them. */
function isOther(found: Buffer, named: Uint8Array | null | undefined): boolean {
  return named !== null && named !== undefined && named.length > 0 && !found.equals(named);
}

function outcomeOf(error: unknown): FetchMediaOutcome {
  if (error instanceof TooLargeError) return { kind: 'failed', reason: 'too_large' };
  if (error instanceof CorruptMediaError) return { kind: 'failed', reason: 'corrupt' };
  return { kind: 'unknown', reason: error instanceof Error ? error.message.slice(0, 120) : 'fetch_failed' };
}

function statusCodeOf(error: unknown): number | undefined {
  return (error as { output?: { statusCode?: number } } | null)?.output?.statusCode;
}
