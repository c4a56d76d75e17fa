import { isIPv6, connect as netConnect, type Socket } from 'node:net';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import { connectError, dnsError, GuardError, tlsError } from './guard-error.ts';
import type { ResolveHost } from './resolve-host.ts';
import { judgeTarget, type TargetRules } from './target-rules.ts';

/** Opens TCP to one address literal. Replaced in tests, which send every address that passes the check to a local sink. */
export type Dial = (address: string, port: number) => Socket;

export interface ConnectOptions {
  readonly rules: TargetRules;
  readonly resolve: ResolveHost;
  readonly dial: Dial;
  /** DNS and TCP together. */
  readonly connectTimeoutMs: number;
  readonly tlsTimeoutMs: number;
  /** PEM certificates that are trusted in place of the built-in ones. */
  readonly certificateAuthorities: readonly string[];
}

export interface Endpoint {
  readonly protocol: 'http:' | 'https:';
  /** Name or address literal, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** How long each step of opening a connection took. */
export interface ConnectionPhases {
  readonly dnsMs: number;
  readonly connectMs: number;
  readonly tlsMs?: number;
}

export interface CheckedConnection {
  readonly socket: Socket;
  readonly phases: ConnectionPhases;
}

/** Addresses of one host that are tried before giving up. */
const addressesTriedMax = 4;

export const dialTcp: Dial = (address, port) => netConnect({ host: address, port, noDelay: true });

/**
 * Opens a connection to an endpoint after every address of its host has passed the rules. What is dialled is one of the checked
 * address literals, so nothing resolves a second time between check and connect. TLS starts only on a socket that said `connect`.
 * Rejects with `GuardError`.
 */
export async function connectChecked(endpoint: Endpoint, options: ConnectOptions): Promise<CheckedConnection> {
  const startedAt = performance.now();
  const deadline = startedAt + options.connectTimeoutMs;
  const addresses = await withDeadline(
    options.resolve(endpoint.host),
    deadline,
    'The host name did not resolve in time.',
  );
  const reason = judgeTarget({ ...endpoint, addresses }, options.rules);
  if (reason !== undefined) throw new GuardError('blocked', reason);
  const resolvedAt = performance.now();
  const socket = await connectToAny(addresses.slice(0, addressesTriedMax), endpoint.port, {
    dial: options.dial,
    deadline,
  });
  const connectedAt = performance.now();
  const phases = { dnsMs: Math.round(resolvedAt - startedAt), connectMs: Math.round(connectedAt - resolvedAt) };
  if (endpoint.protocol === 'http:') return { socket, phases };
  const secured = await startTls(socket, endpoint.host, options);
  return { socket: secured, phases: { ...phases, tlsMs: Math.round(performance.now() - connectedAt) } };
}

async function withDeadline<T>(work: Promise<T>, deadline: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new GuardError('timeout', message, { blame: 'unclear' })),
      Math.max(0, deadline - performance.now()),
    );
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw error instanceof GuardError ? error : dnsError(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Tries the addresses in turn; each gets its share of the time that is left, so that one dead address does not eat it all. */
async function connectToAny(
  addresses: readonly string[],
  port: number,
  options: { readonly dial: Dial; readonly deadline: number },
): Promise<Socket> {
  let failure = new GuardError('connect', 'The host has no address.');
  for (const [index, address] of addresses.entries()) {
    const timeoutMs = (options.deadline - performance.now()) / (addresses.length - index);
    try {
      return await connectTo(address, port, { dial: options.dial, timeoutMs: Math.max(1, timeoutMs) });
    } catch (error) {
      failure = error instanceof GuardError ? error : connectError(error, isIPv6(address) ? 6 : 4);
    }
  }
  throw failure;
}

function connectTo(
  address: string,
  port: number,
  options: { readonly dial: Dial; readonly timeoutMs: number },
): Promise<Socket> {
  const socket = options.dial(address, port);
  return settle(socket, {
    event: 'connect',
    timeoutMs: options.timeoutMs,
    late: new GuardError('timeout', 'The connection was not accepted in time.', { blame: 'unclear' }),
  });
}

async function startTls(socket: Socket, host: string, options: ConnectOptions): Promise<TLSSocket> {
  const isLiteral = isIPv6(host) || /^[\d.]+$/.test(host);
  const secured = tlsConnect({
    socket,
    host,
    // A server name must not be an address (RFC 6066); the certificate is then checked against `host`.
    servername: isLiteral ? '' : host.replace(/\.$/, ''),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    ...(options.certificateAuthorities.length > 0 && { ca: [...options.certificateAuthorities] }),
  });
  try {
    return await settle(secured, {
      event: 'secureConnect',
      timeoutMs: options.tlsTimeoutMs,
      late: new GuardError('timeout', 'The TLS handshake did not end in time.'),
    });
  } catch (error) {
    socket.destroy();
    throw error instanceof GuardError ? error : tlsError(error);
  }
}

function settle<S extends Socket>(
  socket: S,
  options: { readonly event: string; readonly timeoutMs: number; readonly late: GuardError },
): Promise<S> {
  return new Promise((resolve, reject) => {
    const finish = (error?: Error): void => {
      clearTimeout(timer);
      socket.removeListener(options.event, onReady);
      socket.removeListener('close', onClose);
      socket.removeListener('error', finish);
      if (error === undefined) {
        resolve(socket);
        return;
      }
      // A destroyed socket may still report an error of its own; without a listener that would end the process.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const onReady = (): void => finish();
    const onClose = (): void => finish(Object.assign(new Error('The connection was closed.'), { code: 'ECONNRESET' }));
    const timer = setTimeout(() => finish(options.late), options.timeoutMs);
    socket.once(options.event, onReady);
    socket.once('close', onClose);
    socket.once('error', finish);
  });
}
