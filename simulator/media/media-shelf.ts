import { join } from 'node:path';
import type { Store } from '../storage/store.ts';
import { FileStore } from './file-store.ts';

/** Everything that lies on the media servers, and the plain files that the control API was given for phones to send. */
export class MediaShelf {
  /** Encrypted, as they were uploaded. */
  readonly files: FileStore;
  /** Plain, for `media` in messages of phones. */
  readonly gallery: FileStore;
  /** Host and port under which clients reach the media server. */
  host = 'localhost';
  readonly #store: Store;
  readonly #tokens = new Map<string, string>();

  constructor(dataFolder: string | undefined, store: Store) {
    this.#store = store;
    this.files = new FileStore(dataFolder === undefined ? undefined : join(dataFolder, 'media'));
    this.gallery = new FileStore(dataFolder === undefined ? undefined : join(dataFolder, 'gallery'));
    for (const [key, id] of store.entries('media/')) this.#tokens.set(key.slice('media/'.length), id as string);
  }

  publish(token: string, id: string): void {
    this.#tokens.set(token, id);
    this.#store.put(`media/${token}`, () => id);
  }

  /** The file behind the token of a path. */
  idOf(token: string): string | undefined {
    return this.#tokens.get(token);
  }

  /** The file behind a path such as `/v/abc.enc`; undefined when it has expired or is on another server. */
  fileAt(directPath: string | null | undefined): string | undefined {
    return this.#tokens.get(tokenIn(directPath));
  }

  /** From now on nobody can read the file under this path. Answers whether there was one. */
  expire(directPath: string | null | undefined): boolean {
    const token = tokenIn(directPath);
    this.#store.remove(`media/${token}`);
    return this.#tokens.delete(token);
  }

  async close(): Promise<void> {
    await Promise.all([this.files.close(), this.gallery.close()]);
  }
}

function tokenIn(directPath: string | null | undefined): string {
  return /^\/v\/([\w-]+)\.enc/.exec(directPath ?? '')?.[1] ?? '';
}
