import type { AttemptErrorKind } from '../delivery.ts';
import { errorCode } from './resolve-host.ts';

/** Why a guarded connection did not come about. `message` is fit for the tenant: it names no private address. */
export class GuardError extends Error {
  readonly kind: AttemptErrorKind;
  /** True when the cause is on our side (no route, no file handles, no resolver), so that the receiver is not blamed. */
  readonly isOurFault: boolean;

  constructor(kind: AttemptErrorKind, message: string, options: { cause?: unknown; isOurFault?: boolean } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'GuardError';
    this.kind = kind;
    this.isOurFault = options.isOurFault ?? false;
  }
}

/** Codes of a connect that never left this machine. */
const ourConnectCodes = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'EADDRNOTAVAIL', 'ENETDOWN']);

/** Codes of DNS that mean our own resolver was not reached, as opposed to the name's. */
const ourDnsCodes = new Set(['ECONNREFUSED', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENETDOWN', 'ENETUNREACH']);

/** What a failed DNS question means. */
export function dnsError(error: unknown): GuardError {
  const code = errorCode(error) || 'unknown';
  const kind = code === 'ETIMEOUT' ? 'timeout' : 'dns';
  return new GuardError(kind, `The host name did not resolve (${code}).`, {
    cause: error,
    isOurFault: ourDnsCodes.has(code),
  });
}

/** What a failed TCP connect to one address means. No route to an IPv6 address says nothing about our own side: Lambda has none. */
export function connectError(error: unknown, family: 4 | 6): GuardError {
  const code = errorCode(error) || 'unknown';
  const isOurFault = ourConnectCodes.has(code) || (code === 'ENETUNREACH' && family === 4);
  return new GuardError('connect', `The connection was not accepted (${code}).`, { cause: error, isOurFault });
}

/** What a failed TLS handshake means; certificate errors carry their own code. */
export function tlsError(error: unknown): GuardError {
  const code = errorCode(error) || 'unknown';
  return new GuardError('tls', `The TLS handshake failed (${code}).`, { cause: error });
}
