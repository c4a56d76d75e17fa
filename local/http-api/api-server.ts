import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../user-error.ts';
import { type ApiResponse, gatewayResponse } from './read-response.ts';
import type { ApiRequest } from './request-event.ts';

/** API Gateway's limit of a request. */
const bodyBytesMax = 10 * 1024 * 1024;
/** Requests under way at a stop may end by themselves for this long. */
const drainMsMax = 5_000;

export interface ApiServer {
  /** For example `http://127.0.0.1:3000`. */
  readonly endpoint: string;
  /** From now on requests are answered; before, they get 503. */
  serve(answer: (request: ApiRequest) => Promise<ApiResponse>): void;
  /** Takes no new requests, lets those under way end. */
  stop(): Promise<void>;
}

/**
 * Binds the API's port, early, so that a port in use is known before anything else is started. `port` 0 takes any free one.
 *
 * @example const server = await openApiServer(3000); server.serve(createAnswerer(options));
 */
export async function openApiServer(port: number): Promise<ApiServer> {
  let answer = async (_: ApiRequest): Promise<ApiResponse> => gatewayResponse(503);
  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, (request, response) => {
    respond(request, response, (read) => answer(read)).catch(() => response.destroy());
  });
  await bind(server, port);
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (serving) => {
      answer = serving;
    },
    stop: () => stop(server),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: ApiRequest) => Promise<ApiResponse>,
): Promise<void> {
  const body = await readBody(request);
  const result =
    body === undefined
      ? gatewayResponse(413)
      : await answer({
          method: request.method ?? 'GET',
          url: request.url ?? '/',
          rawHeaders: request.rawHeaders,
          body,
          sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
          httpVersion: request.httpVersion,
        });
  if (response.destroyed) return;
  // The rest of a body that is too large is not read, so the connection cannot be used again.
  if (body === undefined) response.shouldKeepAlive = false;
  const headers = result.status === 204 ? {} : { 'content-length': result.body.length };
  response.writeHead(result.status, { ...copy(result.headers), ...headers });
  response.end(result.body);
}

function copy(headers: ApiResponse['headers']): Record<string, string | string[]> {
  const { 'content-length': _, ...others } = headers;
  return Object.fromEntries(
    Object.entries(others).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
}

/** `undefined` when the body is too large. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bodyBytesMax) {
        chunks.push(chunk);
        return;
      }
      request.pause();
      resolve(undefined);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
  });
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(new UserError(`Port ${port} of the API is in use; choose another one with --port.`, { cause: error }));
    });
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

async function stop(server: Server): Promise<void> {
  const force = setTimeout(() => server.closeAllConnections(), drainMsMax);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(force);
}
