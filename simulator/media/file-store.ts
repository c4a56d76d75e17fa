import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface FileLimits {
  /** The service itself takes documents up to 2 GB; tests of large files get by with less. */
  readonly fileBytesMax: number;
  /** The oldest files go beyond this. */
  readonly folderBytesMax: number;
}

const defaultLimits: FileLimits = { fileBytesMax: 256 * 1024 * 1024, folderBytesMax: 4 * 1024 * 1024 * 1024 };
const unfinishedPrefix = 'unfinished-';

export class FileTooLargeError extends Error {
  constructor(fileBytesMax: number) {
    super(`A file may have ${fileBytesMax} bytes.`);
    this.name = 'FileTooLargeError';
  }
}

export interface StoredFile {
  /** SHA-256 of the bytes, base64url: the file's name in the folder. */
  readonly id: string;
  readonly sha256: Buffer;
  readonly size: number;
}

/** Files on disk, each once, named by their hash. They are never held in memory as a whole. */
export class FileStore {
  /** Undefined until the first file when it is a temporary one: most simulators never see a file. */
  #folder: string | undefined;
  readonly #isTemporary: boolean;
  /** Sizes by id, oldest first. */
  readonly #sizes = new Map<string, number>();
  readonly #limits: FileLimits;
  #bytes = 0;
  #uploads = 0;

  /** `folder` is made if need be; without one the files live in a temporary folder and go with the simulator. */
  constructor(folder: string | undefined, limits = defaultLimits) {
    this.#limits = limits;
    this.#isTemporary = folder === undefined;
    this.#folder = folder;
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      if (name.startsWith(unfinishedPrefix)) {
        rmSync(join(folder, name));
        continue;
      }
      const { size } = statSync(join(folder, name));
      this.#sizes.set(name, size);
      this.#bytes += size;
    }
  }

  /** Takes a file as it comes. Throws a `FileTooLargeError`, with nothing kept, when it does not end. */
  async put(chunks: AsyncIterable<Buffer>): Promise<StoredFile> {
    const unfinished = join(this.#openFolder(), `${unfinishedPrefix}${++this.#uploads}`);
    const hash = createHash('sha256');
    const { fileBytesMax } = this.#limits;
    let size = 0;
    const counted = async function* counted() {
      for await (const chunk of chunks) {
        size += chunk.length;
        if (size > fileBytesMax) throw new FileTooLargeError(fileBytesMax);
        hash.update(chunk);
        yield chunk;
      }
    };
    try {
      await pipeline(Readable.from(counted(), { objectMode: false }), createWriteStream(unfinished, { mode: 0o600 }));
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    const sha256 = hash.digest();
    const id = sha256.toString('base64url');
    await rename(unfinished, this.#path(id));
    await this.#note(id, size);
    return { id, sha256, size };
  }

  sizeOf(id: string): number | undefined {
    return this.#sizes.get(id);
  }

  /** The bytes of a file, or undefined when there is none of that id. */
  read(id: string): AsyncIterable<Buffer> | undefined {
    return this.#sizes.has(id) ? createReadStream(this.#path(id)) : undefined;
  }

  async remove(id: string): Promise<void> {
    const size = this.#sizes.get(id);
    if (size === undefined) return;
    this.#sizes.delete(id);
    this.#bytes -= size;
    await rm(this.#path(id), { force: true });
  }

  async close(): Promise<void> {
    if (this.#isTemporary && this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  #openFolder(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'wharf-simulator-files-'));
    return this.#folder;
  }

  #path(id: string): string {
    return join(this.#openFolder(), id);
  }

  async #note(id: string, size: number): Promise<void> {
    this.#bytes += size - (this.#sizes.get(id) ?? 0);
    this.#sizes.delete(id);
    this.#sizes.set(id, size);
    for (const oldest of this.#sizes.keys()) {
      if (this.#bytes <= this.#limits.folderBytesMax || oldest === id) return;
      await this.remove(oldest);
    }
  }
}
