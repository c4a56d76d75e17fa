import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { type FileHandle, open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { StartError } from '../start-error.ts';
import { lockFolder } from './folder-lock.ts';
import type { Store } from './store.ts';

/** A crash loses at most what was changed within this time. */
const flushIntervalMs = 25;
/** Below this size it is not worth the trouble to write the journal anew. */
const compactBytesMin = 32 * 1024 * 1024;
const header = JSON.stringify({ format: 'wharf-simulator', version: 1 });

/**
 * A store in one append-only file, `simulator.journal`: a line per change, `{"key", "value"}`, or without `value` for a removal. The last
 * line may be torn by a crash and is then dropped; any other broken line means that the folder is corrupt, and the start is refused. When
 * most lines are outdated the journal is written anew beside itself and renamed.
 */
export class JournalStore implements Store {
  readonly #file: string;
  readonly #lock: { release(): void };
  /** The newest JSON of every key: what a new journal is written from. */
  readonly #kept: Map<string, string>;
  readonly #waiting = new Map<string, (() => unknown) | undefined>();
  readonly #onFailure: (error: unknown) => void;
  #handle: FileHandle;
  #writtenBytes = 0;
  #keptBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  private constructor(parts: {
    file: string;
    lock: { release(): void };
    kept: Map<string, string>;
    handle: FileHandle;
    onFailure: (error: unknown) => void;
  }) {
    this.#file = parts.file;
    this.#lock = parts.lock;
    this.#kept = parts.kept;
    this.#handle = parts.handle;
    this.#onFailure = parts.onFailure;
    for (const [key, json] of parts.kept) this.#keptBytes += key.length + json.length;
    this.#writtenBytes = this.#keptBytes;
  }

  /** Opens a folder, made if it is not there. Throws a `StartError` when it is corrupt or in use. */
  static async open(folder: string, onFailure: (error: unknown) => void): Promise<JournalStore> {
    mkdirSync(folder, { recursive: true });
    const lock = lockFolder(folder);
    try {
      const file = join(folder, 'simulator.journal');
      const kept = existsSync(file) ? await readJournal(file) : new Map<string, string>();
      await writeJournal(file, kept);
      return new JournalStore({ file, lock, kept, handle: await open(file, 'a'), onFailure });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  *entries(prefix: string): Iterable<readonly [string, unknown]> {
    for (const [key, json] of this.#kept) if (key.startsWith(prefix)) yield [key, JSON.parse(json)];
  }

  put(key: string, value: () => unknown): void {
    this.#waiting.set(key, value);
    this.#schedule();
  }

  remove(key: string): void {
    this.#waiting.set(key, undefined);
    this.#schedule();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#flush();
    await this.#handle.close();
    this.#lock.release();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush().catch(this.#onFailure);
    }, flushIntervalMs);
  }

  #flush(): Promise<void> {
    const next = this.#work.then(() => this.#write());
    this.#work = next.catch(() => undefined);
    return next;
  }

  async #write(): Promise<void> {
    let lines = '';
    for (const [key, value] of this.#waiting) {
      const before = this.#kept.get(key);
      if (value === undefined) {
        if (before === undefined) continue;
        this.#kept.delete(key);
        this.#keptBytes -= key.length + before.length;
        lines += `${JSON.stringify({ key })}\n`;
      } else {
        const json = JSON.stringify(value());
        this.#kept.set(key, json);
        this.#keptBytes += json.length - (before?.length ?? -key.length);
        lines += journalLine(key, json);
      }
    }
    this.#waiting.clear();
    if (lines === '') return;
    await this.#handle.appendFile(lines);
    this.#writtenBytes += lines.length;
    if (this.#writtenBytes > compactBytesMin && this.#writtenBytes > 4 * this.#keptBytes) await this.#compact();
  }

  async #compact(): Promise<void> {
    await writeJournal(this.#file, this.#kept);
    const outdated = this.#handle;
    this.#handle = await open(this.#file, 'a');
    await outdated.close();
    this.#writtenBytes = this.#keptBytes;
  }
}

function journalLine(key: string, json: string): string {
  return `{"key":${JSON.stringify(key)},"value":${json}}\n`;
}

async function writeJournal(file: string, kept: ReadonlyMap<string, string>): Promise<void> {
  const fresh = `${file}.new`;
  await writeFile(
    fresh,
    (function* lines() {
      yield `${header}\n`;
      for (const [key, json] of kept) yield journalLine(key, json);
    })(),
    { mode: 0o600 },
  );
  await rename(fresh, file);
}

async function readJournal(file: string): Promise<Map<string, string>> {
  const kept = new Map<string, string>();
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  let broken: number | undefined;
  for await (const line of lines) {
    number++;
    if (broken !== undefined) break;
    if (number === 1) {
      if (line !== header) broken = number;
      else continue;
    } else if (!applyLine(kept, line)) {
      broken = number;
      continue;
    }
    if (broken === 1) break;
  }
  lines.close();
  // A torn last line is what a crash leaves behind; a broken line with others after it is damage.
  if (broken !== undefined && (broken === 1 || number > broken)) {
    throw new StartError(
      `The data folder is corrupt: line ${broken} of ${file} cannot be read; move it away or delete it.`,
    );
  }
  return kept;
}

function applyLine(kept: Map<string, string>, line: string): boolean {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('key' in entry) || typeof entry.key !== 'string') return false;
    if ('value' in entry) kept.set(entry.key, JSON.stringify(entry.value));
    else kept.delete(entry.key);
    return true;
  } catch {
    // Reported by the caller, which knows whether it is the last line.
    return false;
  }
}
