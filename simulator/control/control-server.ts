import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { FileTooLargeError } from '../media/file-store.ts';
import { PairingError, type PairingErrorCode } from '../pairing/pairing-error.ts';
import { QueueFullError } from '../phone/queue-full-error.ts';
import type { World } from '../world/world.ts';
import { ControlError } from './control-error.ts';
import { FileAnswer } from './file-answer.ts';
import { findRoute } from './routes.ts';

const bodyBytesMax = 2 * 1024 * 1024;

const pairingStatus: Readonly<Record<PairingErrorCode, ControlError['status']>> = {
  unknown_code: 404,
  not_pairing: 409,
  already_linked: 409,
  passkey_required: 409,
  too_many_devices: 409,
  wrong_code: 422,
  pairing_failed: 422,
};

/** The HTTP side of the simulator: JSON in, JSON out, one shape for all errors. */
export function makeControlHandler(world: World) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(world, request)
      .then((body) => (body instanceof FileAnswer ? pipe(response, body) : write(response, 200, body)))
      .catch((error: unknown) => {
        const known = asControlError(error);
        if (known === undefined) {
          world.logger.error({ err: error, method: request.method }, 'control request failed');
          return write(response, 500, { error: { code: 'internal', message: 'The simulator failed; see its log.' } });
        }
        write(response, known.status, { error: { code: known.code, message: known.message } });
      });
  };
}

async function answer(world: World, request: IncomingMessage): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const found = findRoute(request.method ?? 'GET', url.pathname);
  if (found === undefined) {
    throw new ControlError(404, 'unknown_route', `There is no route ${request.method} ${url.pathname}.`);
  }
  const hasBody = request.method === 'POST' || request.method === 'PUT';
  const body = found.isFile ? request : hasBody ? await readBody(request) : undefined;
  return found.handle({ world, parameters: found.parameters, query: url.searchParams, body });
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyBytesMax) throw new ControlError(413, 'body_too_large', `A body may have ${bodyBytesMax} bytes.`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError(400, 'bad_json', 'The body is not JSON.');
  }
}

function asControlError(error: unknown): ControlError | undefined {
  if (error instanceof ControlError) return error;
  if (error instanceof PairingError) return new ControlError(pairingStatus[error.code], error.code, error.message);
  if (error instanceof QueueFullError) return new ControlError(409, 'queue_full', error.message);
  if (error instanceof FileTooLargeError) return new ControlError(413, 'body_too_large', error.message);
  return undefined;
}

async function pipe(response: ServerResponse, { bytes }: FileAnswer): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' });
  await pipeline(bytes, response);
}

function write(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
