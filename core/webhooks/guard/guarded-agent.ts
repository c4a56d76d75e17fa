import { type ClientRequestArgs, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type AllowedCidrs, createAddressPolicy } from './address-policy.ts';
import { type ConnectionPhases, type ConnectOptions, connectChecked, type Dial, dialTcp } from './connect-checked.ts';
import { type ResolveHost, resolveHost } from './resolve-host.ts';
import type { TargetRules } from './target-rules.ts';

export interface GuardedAgentOptions {
  /** The operator's exceptions to the address rule; empty on AWS. */
  readonly allowedCidrs: AllowedCidrs;
  /** See `TargetRules`; `exempt-only` unless told otherwise. */
  readonly plainHttp?: TargetRules['plainHttp'];
  readonly connectTimeoutMs?: number;
  readonly tlsTimeoutMs?: number;
  readonly certificateAuthorities?: readonly string[];
  readonly resolve?: ResolveHost;
  readonly dial?: Dial;
}

/** Agents whose every connection was checked. Keep one per process: pooled sockets are the point of it. */
export interface GuardedAgent {
  readonly agents: AgentPair;
  /** The same checks without a pool, for the one retry after a pooled socket turned out dead. */
  readonly freshAgents: AgentPair;
  /** How long opening a socket took; undefined for sockets of other agents. */
  phasesOf(socket: Socket): ConnectionPhases | undefined;
  /** Ends pooled sockets. */
  destroy(): void;
}

interface AgentPair {
  readonly 'http:': HttpAgent;
  readonly 'https:': HttpsAgent;
}

/** DNS and TCP together; requirement 8 of the delivery contract. */
const defaultConnectTimeoutMs = 5_000;
const defaultTlsTimeoutMs = 5_000;
/** Sockets to one host: more than one receiver needs from one process, few enough not to hurt it. */
const socketsPerHostMax = 50;
/** As many may lie idle for their seconds: the webhooks of one account often share a host, and a handshake costs more than a delivery. */
const idleSocketsPerHostMax = socketsPerHostMax;
/** Below the 5 s after which Node servers close idle connections, and short enough that idle sockets never use up file handles. */
const idleSocketMs = 4_000;

/**
 * The connection guard: agents that resolve a host themselves, check every address, dial a checked address and start TLS on that
 * very socket. Node's own `lookup` and `blockList` options do not do: the first is skipped for address literals, the second is
 * ignored for TLS.
 *
 * @example const agent = createGuardedAgent({ allowedCidrs: parseAllowedCidrs(process.env.WEBHOOK_ALLOWED_CIDRS) });
 */
export function createGuardedAgent(options: GuardedAgentOptions): GuardedAgent {
  const connectOptions: ConnectOptions = {
    rules: {
      policy: createAddressPolicy(options.allowedCidrs),
      plainHttp: options.plainHttp ?? 'exempt-only',
    },
    resolve: options.resolve ?? resolveHost,
    dial: options.dial ?? dialTcp,
    connectTimeoutMs: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
    tlsTimeoutMs: options.tlsTimeoutMs ?? defaultTlsTimeoutMs,
    certificateAuthorities: options.certificateAuthorities ?? [],
  };
  const phases = new WeakMap<object, ConnectionPhases>();
  const open = (protocol: 'http:' | 'https:'): CreateConnection => {
    return (args, callback) => {
      const endpoint = { protocol, host: String(args.host), port: Number(args.port) };
      connectChecked(endpoint, connectOptions).then(
        (connection) => {
          phases.set(connection.socket, connection.phases);
          callback(null, connection.socket);
        },
        (error: Error) => callback(error),
      );
    };
  };
  const agents = agentPair(open, true);
  return {
    agents,
    freshAgents: agentPair(open, false),
    phasesOf: (socket) => phases.get(socket),
    destroy: () => {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

type CreateConnection = (args: ClientRequestArgs, callback: (error: Error | null, socket?: Duplex) => void) => void;

function agentPair(open: (protocol: 'http:' | 'https:') => CreateConnection, keepAlive: boolean): AgentPair {
  const settings = keepAlive
    ? { keepAlive, maxSockets: socketsPerHostMax, maxFreeSockets: idleSocketsPerHostMax, timeout: idleSocketMs }
    : { keepAlive };
  const http = new HttpAgent(settings);
  const https = new HttpsAgent(settings);
  return {
    'http:': Object.assign(http, { createConnection: open('http:') }),
    'https:': Object.assign(https, { createConnection: open('https:') }),
  };
}
