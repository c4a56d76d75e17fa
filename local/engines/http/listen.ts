import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  /** For example `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  readonly port: number;
  close(): Promise<void>;
}

/** The SDK keeps idle sockets for long; the server must not be the first to let go, or a request meets a closed socket. */
const keepAliveTimeoutMs = 120_000;

/**
 * Serves on loopback. `port` 0 takes any free port. Throws one sentence that names service and port when the port is taken.
 *
 * @example const { endpoint, close } = await listen('SQS', 0, (request, response) => response.end('ok'))
 */
export async function listen(serviceName: string, port: number, onRequest: RequestListener): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs, noDelay: true }, onRequest);
  await bind(server, serviceName, port);
  const address = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function bind(server: Server, serviceName: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is in use' : error.message;
      reject(new Error(`${serviceName} cannot listen on 127.0.0.1:${port}: ${reason}.`, { cause: error }));
    });
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
