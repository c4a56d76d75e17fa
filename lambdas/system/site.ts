import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from '../shared/operation.ts';

export interface Site {
  document(): Promise<Answer<never>>;
  page(): Promise<Answer<never>>;
  viewer(): Promise<Answer<never>>;
}

/** A new version is seen within five minutes. */
const cacheControl = 'public, max-age=300';

/**
 * The viewer sets styles from its script and searches in a worker of its own; nothing else is let in, and nothing comes from
 * another host.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = { 'cache-control': cacheControl, 'x-content-type-options': 'nosniff' } as const;

/**
 * The reference that was put beside the code when it was bundled. Files are read when they are first asked for and kept, so that a
 * start of the function for `GET /health` does not pay for them.
 */
export function createSite(folder: string): Site {
  const kept = new Map<string, Promise<Buffer>>();
  const read = (name: string) => {
    const file = kept.get(name) ?? readFile(join(folder, name));
    kept.set(name, file);
    // A failed read is not kept, so that it is tried again.
    file.catch(() => kept.delete(name));
    return file;
  };
  return {
    document: async () => ({
      content: (await read('openapi.json')).toString(),
      contentType: 'application/json',
      headers: { ...headers, 'access-control-allow-origin': '*' },
    }),
    page: async () => ({
      content: (await read('index.html')).toString(),
      contentType: 'text/html; charset=utf-8',
      headers: {
        ...headers,
        'content-security-policy': contentSecurityPolicy,
        'referrer-policy': 'no-referrer',
      },
    }),
    // Packed for everybody: only browsers ask for it, and all of them unpack it.
    viewer: async () => ({
      content: await read('viewer.js.gz'),
      contentType: 'text/javascript; charset=utf-8',
      headers: { ...headers, 'content-encoding': 'gzip' },
    }),
  };
}
