import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Passes TCP through to `url` and counts what its clients send. */
export async function startCountingProxy(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let bytes = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => sockets.delete(socket));
      // One side that breaks ends the other; that is what a network does.
      socket.on('error', () => [client, upstream].map((each) => each.destroy()));
    }
    client.on('data', (chunk: Buffer) => (bytes += chunk.length));
    client.pipe(upstream);
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return {
    /** As the given one, through the proxy. */
    url: through.href.replace(/\/$/, ''),
    port: through.port,
    /** Sent by clients since the start. */
    bytes: () => bytes,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export type CountingProxy = Awaited<ReturnType<typeof startCountingProxy>>;
