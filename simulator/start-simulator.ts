import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import { WebSocketServer } from 'ws';
import { Connection } from './connection.ts';
import { makeControlHandler } from './control/control-server.ts';
import { StartError } from './start-error.ts';
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
  });
  const server = createServer(makeControlHandler(world));
  const sockets = acceptSockets(server, world);
  try {
    await listen(server, host, options.port ?? 0);
  } catch (error) {
    await world.store.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://${host}:${port}/ws/chat`,
    controlUrl: `http://${host}:${port}`,
    rootPublicKeyBase64: rootPublicKey.toString('base64'),
    stop: () => stop(world, server, sockets),
  };
}

function acceptSockets(server: Server, world: World): WebSocketServer {
  const sockets = new WebSocketServer({ server, maxPayload: messageBytesMax, perMessageDeflate: false });
  let connections = 0;
  sockets.on('connection', (socket) => {
    const connection = new Connection(++connections, socket, world);
    world.connections.add(connection);
    world.events.add('socket-open', { connection: connection.id });
  });
  // The server's errors also come here; `listen` reports those of the start.
  sockets.on('error', (error) => world.logger.debug({ err: error }, 'server error'));
  return sockets;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        EADDRINUSE: `Port ${port} on ${host} is in use; choose another one with --port.`,
        EACCES: `Port ${port} on ${host} may not be opened by this user.`,
        EADDRNOTAVAIL: `This machine has no address ${host}.`,
      };
      reject(
        new StartError(reasons[error.code ?? ''] ?? `The server cannot start: ${error.message}`, { cause: error }),
      );
    });
    server.listen(port, host, () => resolve());
  });
}

async function stop(world: World, server: Server, sockets: WebSocketServer): Promise<void> {
  world.timers.stop();
  for (const connection of world.connections) connection.drop('the simulator stops');
  for (const client of sockets.clients) client.terminate();
  await new Promise<void>((resolve) => sockets.close(() => resolve()));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  await world.store.close();
}
