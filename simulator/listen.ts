import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as SecureServer } from 'node:https';
import { createServer, type Server as Front, type Socket } from 'node:net';
import { StartError } from './start-error.ts';
import type { TlsIdentity } from './wire/tls-certificate.ts';

/** First byte of every TLS connection; no HTTP request begins with it. */
const tlsHandshake = 22;
/** A connection that says nothing for so long is cut. */
const firstByteMs = 30_000;

/** One port for all: HTTP and WebSockets in the clear, and HTTPS for media, which clients ask for by TLS only. */
export interface Listener {
  readonly front: Front;
  readonly plain: Server;
  readonly secure: SecureServer;
  /** Cuts every connection, also those that have not said a word. */
  destroyConnections(): void;
}

export function createListener(handle: RequestListener, identity: TlsIdentity): Listener {
  const plain = createHttpServer(handle);
  const secure = createHttpsServer({ key: identity.key, cert: identity.certificate }, handle);
  const open = new Set<Socket>();
  const front = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // A peer that goes away before its first byte is of no interest.
    socket.on('error', () => socket.destroy());
    socket.setTimeout(firstByteMs, () => socket.destroy());
    socket.once('data', (first: Buffer) => handOver(socket, first, first[0] === tlsHandshake ? secure : plain));
  });
  const destroyConnections = () => {
    for (const socket of open) socket.destroy();
  };
  return { front, plain, secure, destroyConnections };
}

function handOver(socket: Socket, first: Buffer, server: Server | SecureServer): void {
  socket.setTimeout(0);
  socket.removeAllListeners('timeout');
  socket.pause();
  socket.unshift(first);
  server.emit('connection', socket);
  process.nextTick(() => socket.resume());
}

/** Throws a `StartError` with one clear sentence when the port cannot be had. */
export function listen(front: Front, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    front.once('error', (error: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        EADDRINUSE: `Port ${port} on ${host} is in use; choose another one with --port.`,
        EACCES: `Port ${port} on ${host} may not be opened by this user.`,
        EADDRNOTAVAIL: `This machine has no address ${host}.`,
      };
      reject(
        new StartError(reasons[error.code ?? ''] ?? `The server cannot start: ${error.message}`, { cause: error }),
      );
    });
    front.listen(port, host, () => resolve());
  });
}
