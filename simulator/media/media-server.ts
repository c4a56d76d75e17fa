import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { World } from '../world/world.ts';
import { FileTooLargeError } from './file-store.ts';

const uploadPath = /^\/(?:mms|product|pps)\/[a-z-]+\/([\w-]+)$/;
const downloadPath = /^\/v\/([\w-]+)\.enc$/;
const picturePath = /^\/p\/([\w-]+)\.jpg$/;
const refusedUpload = 503;

/**
 * WhatsApp's media servers: clients post encrypted files to `/mms/<family>/<hash>` and read them under the `direct_path` that they got.
 * Answers false when the request is none of theirs.
 */
export function serveMedia(world: World, request: IncomingMessage, response: ServerResponse): boolean {
  const { pathname } = new URL(request.url ?? '/', 'http://simulator');
  const hash = uploadPath.exec(pathname)?.[1];
  const token = downloadPath.exec(pathname)?.[1];
  if (hash !== undefined && request.method === 'POST') {
    take(world, request, response, hash).catch((error: unknown) => fail(world, response, error));
    return true;
  }
  const picture = picturePath.exec(pathname)?.[1];
  if (picture !== undefined && request.method === 'GET') {
    show(world, response, picture).catch((error: unknown) => fail(world, response, error));
    return true;
  }
  if (token !== undefined && (request.method === 'GET' || request.method === 'HEAD')) {
    give(world, request, response, token).catch((error: unknown) => fail(world, response, error));
    return true;
  }
  return false;
}

/** Makes a stored file readable under a path of its own, which can expire without the others. */
export function publishFile(world: World, id: string): { url: string; directPath: string } {
  const token = randomBytes(18).toString('base64url');
  world.media.publish(token, id);
  const directPath = `/v/${token}.enc`;
  return { directPath, url: `https://${world.media.host}${directPath}` };
}

async function take(world: World, request: IncomingMessage, response: ServerResponse, hash: string): Promise<void> {
  const auth = new URL(request.url ?? '/', 'http://simulator').searchParams.get('auth');
  const fault = world.faults.strike('refuse-uploads', auth?.split('.')[0]);
  if (fault !== undefined) {
    request.resume();
    return answer(response, fault.code ?? refusedUpload, { error: 'refused' });
  }
  const file = await world.media.files.put(request);
  world.statistics.uploads++;
  // The name of an upload is the hash of its encrypted bytes; the service refuses others.
  if (file.id !== hash) {
    await world.media.files.remove(file.id);
    return answer(response, 400, { error: 'hash mismatch' });
  }
  const { directPath, url } = publishFile(world, file.id);
  answer(response, 200, { url, direct_path: directPath });
}

async function give(world: World, request: IncomingMessage, response: ServerResponse, token: string): Promise<void> {
  const id = world.media.idOf(token);
  const fault = world.faults.strike('lose-media', undefined);
  if (fault !== undefined) return answer(response, fault.code ?? 410, { error: 'gone' });
  const bytes = id === undefined ? undefined : world.media.files.read(id);
  if (id === undefined || bytes === undefined) return answer(response, 410, { error: 'gone' });
  world.statistics.downloads++;
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': String(world.media.files.sizeOf(id) ?? 0),
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(world.faults.strike('corrupt-media', undefined) ? spoilt(bytes) : bytes, response);
}

/** Fault `corrupt-media`: the first byte of the file becomes another one. */
async function* spoilt(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let isFirst = true;
  for await (const chunk of bytes) {
    if (isFirst) chunk[0] = (chunk[0] ?? 0) ^ 0xff;
    isFirst = false;
    yield chunk;
  }
}

/** Profile pictures are not encrypted. */
async function show(world: World, response: ServerResponse, id: string): Promise<void> {
  const bytes = world.media.gallery.read(id);
  if (bytes === undefined) return answer(response, 404, { error: 'not found' });
  response.writeHead(200, { 'content-type': 'image/jpeg' });
  await pipeline(bytes, response);
}

function fail(world: World, response: ServerResponse, error: unknown): void {
  if (error instanceof FileTooLargeError) {
    answer(response, 413, { error: error.message });
    return;
  }
  world.logger.info({ err: error }, 'a transfer of media was broken off');
  response.destroy();
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  // What is left of a refused upload is not read.
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
}
