import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import { WebSocketServer } from 'ws';
import { Connection } from './connection.ts';
import { makeControlHandler } from './control/control-server.ts';
import { createListener, type Listener, listen } from './listen.ts';
import { serveMedia } from './media/media-server.ts';
import { createWorld } from './world/create-world.ts';
import type { World } from './world/world.ts';

export interface SimulatorOptions {
  /** Default 127.0.0.1. Another one opens the control API, which has no password, to the network. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Where phones, links, sessions and queues are kept; in memory when absent. */
  readonly dataFolder?: string;
  /** How long phones take to confirm a message; default 150. */
  readonly receiptDelayMs?: number;
  /** Default: silent. Never gets texts, keys or QR texts. */
  readonly logger?: Logger;
}

export interface RunningSimulator {
  /** For clients, for example `ws://127.0.0.1:3001/ws/chat`. */
  readonly url: string;
  /** For whoever holds the phones, for example `http://127.0.0.1:3001`. */
  readonly controlUrl: string;
  /** 32 bytes: what strict clients must trust. */
  readonly rootPublicKeyBase64: string;
  stop(): Promise<void>;
}

const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const messageBytesMax = 8 * 1024 * 1024;

/**
 * Starts a WhatsApp server for real Baileys sockets. Throws a `StartError` with one clear sentence when the port is taken or the data
 * folder is corrupt.
 *
 * @example
 * const simulator = await startSimulator({ port: 0 });
 * const socket = makeWASocket({ auth, waWebSocketUrl: simulator.url });
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const host = options.host ?? '127.0.0.1';
  const { world, rootPublicKey } = await createWorld({
    logger: options.logger ?? pino({ level: 'silent' }),
    dataFolder: options.dataFolder,
    receiptDelayMs: options.receiptDelayMs,
    host,
  });
  const control = makeControlHandler(world);
  const listener = createListener((request, response) => {
    if (!serveMedia(world, request, response)) control(request, response);
  }, world.tls);
  const sockets = acceptSockets(listener, world);
  try {
    await listen(listener.front, host, options.port ?? 0);
  } catch (error) {
    await Promise.all([world.store.close(), world.media.close()]);
    throw error;
  }
  const { port } = listener.front.address() as AddressInfo;
  world.media.host = `${everywhere.has(host) ? 'localhost' : host}:${port}`;
  return {
    url: `ws://${host}:${port}/ws/chat`,
    controlUrl: `http://${host}:${port}`,
    rootPublicKeyBase64: rootPublicKey.toString('base64'),
    stop: () => stop(world, listener, sockets),
  };
}

function acceptSockets({ plain: server }: Listener, world: World): WebSocketServer {
  const sockets = new WebSocketServer({ server, maxPayload: messageBytesMax, perMessageDeflate: false });
  let connections = 0;
  sockets.on('connection', (socket, request) => {
    const connection = new Connection(++connections, socket, world, request.headers.host);
    world.connections.add(connection);
    world.events.add('socket-open', { connection: connection.id });
  });
  // The server's errors also come here; `listen` reports those of the start.
  sockets.on('error', (error) => world.logger.debug({ err: error }, 'server error'));
  return sockets;
}

async function stop(world: World, { front, destroyConnections }: Listener, sockets: WebSocketServer): Promise<void> {
  world.timers.stop();
  for (const connection of world.connections) connection.drop('the simulator stops');
  for (const client of sockets.clients) client.terminate();
  await new Promise<void>((resolve) => sockets.close(() => resolve()));
  const closed = new Promise<void>((resolve) => front.close(() => resolve()));
  destroyConnections();
  await closed;
  await Promise.all([world.store.close(), world.media.close()]);
}
