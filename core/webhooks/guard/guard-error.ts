import type { AttemptErrorKind } from '../delivery.ts';
import { errorCode } from './resolve-host.ts';

/**
 * Whose fault a failed connection is: `receiver` when something of theirs answered or their name does not exist, `ours` when nothing left
 * this machine, `unclear` when packets left and nothing came back, which a dead receiver and a dead way out look like alike.
 */
export type Blame = 'receiver' | 'ours' | 'unclear';

/** Why a guarded connection did not come about. `message` is fit for the tenant: it names no private address. */
export class GuardError extends Error {
  readonly kind: AttemptErrorKind;
  readonly blame: Blame;

  constructor(kind: AttemptErrorKind, message: string, options: { cause?: unknown; blame?: Blame } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'GuardError';
    this.kind = kind;
    this.blame = options.blame ?? 'receiver';
  }
}

/** Codes of a connect that never left this machine. */
const ourConnectCodes = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'EADDRNOTAVAIL', 'ENETDOWN']);

/** Codes of a connect that nobody answered, or a router on the way refused. */
const unclearConnectCodes = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'ETIMEDOUT', 'EHOSTDOWN']);

/** Codes of DNS that mean our own resolver was not reached, as opposed to the name's. */
const ourDnsCodes = new Set(['ECONNREFUSED', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENETDOWN', 'ENETUNREACH', 'EHOSTUNREACH']);

/** What a failed DNS question means. */
export function dnsError(error: unknown): GuardError {
  const code = errorCode(error) || 'unknown';
  const isLate = code === 'ETIMEOUT';
  return new GuardError(isLate ? 'timeout' : 'dns', `The host name did not resolve (${code}).`, {
    cause: error,
    blame: ourDnsCodes.has(code) ? 'ours' : isLate ? 'unclear' : 'receiver',
  });
}

/** What a failed TCP connect to one address means. No route to an IPv6 address says nothing about our own side: Lambda has none. */
export function connectError(error: unknown, family: 4 | 6): GuardError {
  const code = errorCode(error) || 'unknown';
  const isUnclear = family === 4 && unclearConnectCodes.has(code);
  const blame = ourConnectCodes.has(code) ? 'ours' : isUnclear ? 'unclear' : 'receiver';
  return new GuardError('connect', `The connection was not accepted (${code}).`, { cause: error, blame });
}

/** What a failed TLS handshake means; certificate errors carry their own code. */
export function tlsError(error: unknown): GuardError {
  const code = errorCode(error) || 'unknown';
  return new GuardError('tls', `The TLS handshake failed (${code}).`, { cause: error });
}
