import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface TestProxy {
  readonly port: number;
  /** Hosts and ports that were asked for, and as whom. */
  readonly tunnels: readonly { readonly target: string; readonly user: string }[];
  stop(): Promise<void>;
}

const user = 'ann';
const password = 'p@ss word';
/** Of all test proxies, as it stands in a URL. */
export const testProxyUser = `${user}:${encodeURIComponent(password)}`;

/** A proxy that takes `CONNECT` from one user, on loopback. */
export async function startHttpProxy(): Promise<TestProxy> {
  const tunnels: { target: string; user: string }[] = [];
  const server = createHttpServer();
  server.on('connect', (request, client: Socket) => {
    const [name = '', secret] = Buffer.from(
      `${request.headers['proxy-authorization']}`.slice('Basic '.length),
      'base64',
    )
      .toString()
      .split(':');
    if (name !== user || secret !== password) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    tunnels.push({ target: request.url ?? '', user: name });
    const { hostname, port } = new URL(`http://${request.url}`);
    join(client, connect(Number(port), hostname), () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
  });
  return listen(server, tunnels);
}

/** A SOCKS5 proxy for the same user: one method, one command. */
export async function startSocksProxy(): Promise<TestProxy> {
  const tunnels: { target: string; user: string }[] = [];
  const server = createServer((client) => {
    const steps = [
      () => client.write(Buffer.of(5, 2)),
      (bytes: Buffer) => {
        const name = bytes.subarray(2, 2 + (bytes[1] ?? 0));
        const secret = bytes.subarray(3 + name.length);
        const isRight = name.toString() === user && secret.toString() === password;
        if (isRight) client.write(Buffer.of(1, 0));
        else client.end(Buffer.of(1, 1));
      },
      (bytes: Buffer) => {
        const isName = bytes[3] === 3;
        const host = isName ? bytes.subarray(5, 5 + (bytes[4] ?? 0)).toString() : [...bytes.subarray(4, 8)].join('.');
        const port = bytes.readUInt16BE(bytes.length - 2);
        tunnels.push({ target: `${host}:${port}`, user });
        join(client, connect(port, host), () => client.write(Buffer.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0)));
      },
    ];
    client.on('error', () => undefined);
    const next = () => {
      const step = steps.shift();
      // What follows the last step is the tunnel's own.
      if (step === undefined) return;
      client.once('data', (bytes) => {
        step(bytes);
        next();
      });
    };
    next();
  });
  return listen(server, tunnels);
}

function join(client: Socket, upstream: Socket, onOpen: () => void): void {
  for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
  upstream.once('connect', () => {
    onOpen();
    client.pipe(upstream).pipe(client);
  });
  client.once('close', () => upstream.destroy());
  upstream.once('close', () => client.destroy());
}

async function listen(server: Server, tunnels: TestProxy['tunnels']): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    tunnels,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
