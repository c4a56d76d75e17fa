import type { Closure } from '../port.ts';
import { ProxyError } from './proxy-error.ts';

/** Length of a ban when WhatsApp does not say: the shortest that is known of. */
const defaultBanSeconds = 86_400;

interface BoomLike {
  readonly message?: string;
  readonly data?: unknown;
  readonly output?: { readonly statusCode?: number };
}

/**
 * Translates what Baileys says of a closed socket. An error that it did not make itself counts as 500, its own word for "unknown".
 *
 * @example readClosure(lastDisconnect?.error, Date.now()) // { code: 515, reason: 'Stream Errored (restart required)' }
 */
export function readClosure(error: unknown, nowMs: number): Closure {
  const { message = 'closed', data, output } = (error ?? {}) as BoomLike;
  const code = output?.statusCode ?? (error === undefined ? 428 : 500);
  if (data instanceof ProxyError) return { code, reason: data.trouble, proxyTrouble: data.trouble };
  const closure = { code, reason: message.slice(0, 120) };
  if (code === 408 && message.startsWith('QR refs')) return { ...closure, qrEnded: true };
  if (code !== 402) return closure;
  const attributes = (data ?? {}) as { readonly code?: string; readonly expire?: string };
  const seconds = Number(attributes.expire);
  const untilMs = nowMs + (Number.isFinite(seconds) && seconds > 0 ? seconds : defaultBanSeconds) * 1000;
  return {
    ...closure,
    ...(attributes.code === undefined ? {} : { banReason: attributes.code }),
    restrictedUntil: new Date(untilMs).toISOString(),
  };
}
