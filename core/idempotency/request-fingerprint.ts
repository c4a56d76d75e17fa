import { createHash } from 'node:crypto';

/** What makes two requests the same one. */
export interface FingerprintedRequest {
  readonly method: string;
  /** The real path, not the route: the same key for another session is another request. */
  readonly path: string;
  /** The parsed body. */
  readonly body: unknown;
}

/**
 * SHA-256 of method, path and body. Members of objects are sorted, so that a client which builds its JSON anew for a second try
 * is recognised whatever order it writes them in.
 *
 * @example requestFingerprint({ method: 'POST', path: '/api/v1/sessions', body: { name: 'a' } })
 */
export function requestFingerprint({ method, path, body }: FingerprintedRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([method.toUpperCase(), path, canonical(body)]) ?? '')
    .digest('hex');
}

/**
 * Objects as sorted lists of pairs: a plain object would put keys that look like numbers first, and `__proto__` nowhere. The tag keeps
 * an object apart from a list that looks like its pairs. Bodies are at most 20 levels deep.
 */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return ['list', ...value.map(canonical)];
  if (value === null || typeof value !== 'object') return value ?? null;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return ['object', ...members.map(([name, member]) => [name, canonical(member)])];
}
