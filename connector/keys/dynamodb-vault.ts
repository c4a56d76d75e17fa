import { createSerialQueue } from '../concurrency/serial-queue.ts';
import { isRefused } from '../storage/deadline.ts';
import type { KeyItems, KeyWrite } from './key-items.ts';
import { type KeyChanges, type KeyVault, KeyVaultError } from './key-vault.ts';
import { createKnownItems, type KnownItem } from './known-items.ts';
import { decodeValue, encodeValue } from './value-codec.ts';
import { manyWrites, writeAll } from './write-all.ts';

/** Per session: some hundred Signal sessions of about a kilobyte are rarely warm at once, and idle sessions must stay small. */
const knownBytesMax = 128 * 1024;
/** Revisions of one opening; the opening's number stands above them. 2^21 openings fit in a safe integer. */
const revisionsPerOpening = 2 ** 32;

/** More than the members of the largest group. */
const readAheadMax = 1_100;

/** Sort key of the credentials, see `tableKeys.credentials`. */
export const credentialsName = 'CREDS';

export interface VaultOptions {
  readonly items: KeyItems;
  readonly seal: {
    seal(name: string, encoded: Uint8Array): Promise<Uint8Array>;
    open(name: string, sealed: Uint8Array): Promise<Uint8Array>;
  };
  /** Counts how often the session's vault was opened: the fence against every earlier opening. */
  readonly opening: number;
  readonly credentials: unknown;
}

/** A vault over DynamoDB: one sealed item per key, compare-and-set by revision, write-through cache. Made by `openVault`. */
export class DynamodbVault implements KeyVault {
  readonly #options: VaultOptions;
  readonly #known = createKnownItems(knownBytesMax);
  /** Saves of the credentials must not overtake each other. */
  readonly #saves = createSerialQueue();
  #credentials: unknown;
  #revisions = 0;
  /** Tells a read that something was written while it was on its way. */
  #writesStarted = 0;
  /** What was read ahead; any write ends it, so it can neither grow old nor stay. */
  #ahead: ReadonlyMap<string, KnownItem> | undefined;
  #failure: KeyVaultError | undefined;
  #failureListener: ((failure: KeyVaultError) => void) | undefined;

  constructor(options: VaultOptions) {
    this.#options = options;
    this.#credentials = options.credentials;
  }

  get credentials(): unknown {
    return this.#credentials;
  }

  get failure(): KeyVaultError | undefined {
    return this.#failure;
  }

  onFailure(listener: (failure: KeyVaultError) => void): void {
    const failure = this.#failure;
    if (failure === undefined) this.#failureListener = listener;
    else queueMicrotask(() => listener(failure));
  }

  get(type: string, ids: readonly string[]): Promise<Record<string, unknown>> {
    return this.#guarded(async () => {
      const items = await this.#read(ids.map((id) => keyName(type, id)));
      return Object.fromEntries(
        ids.flatMap((id) => {
          const encoded = items.get(keyName(type, id))?.encoded;
          return encoded === undefined ? [] : [[id, decodeValue(encoded)]];
        }),
      );
    });
  }

  readAhead(type: string, ids: readonly string[]): Promise<void> {
    return this.#guarded(async () => {
      const writesBefore = this.#writesStarted;
      const items = await this.#read(ids.slice(0, readAheadMax).map((id) => keyName(type, id)));
      if (this.#writesStarted === writesBefore) this.#ahead = items;
    });
  }

  set(changes: KeyChanges): Promise<void> {
    return this.#guarded(async () => {
      this.#writesStarted += 1;
      const ahead = this.#ahead;
      this.#ahead = undefined;
      const writes = await this.#prepare(changes, ahead);
      // The credentials hand out the ids of pre-keys: stored first, a crash in between skips ids and never reuses one.
      const makesPreKeys = Object.values(changes['pre-key'] ?? {}).some((value) => value !== null);
      if (makesPreKeys && this.#credentials !== undefined) await this.#saves.run(() => this.#writeCredentials());
      await writeAll(this.#options.items, writes);
      for (const { sk, rev, value, encoded } of writes) {
        // Hundreds of fresh pre-keys are not read again soon; they would push out what is warm.
        if (writes.length > manyWrites) this.#known.delete(sk);
        else this.#known.set(sk, { rev: value === undefined ? undefined : rev, encoded });
      }
    });
  }

  saveCredentials(credentials: unknown): Promise<void> {
    this.#credentials = credentials;
    return this.#saves.run(() => this.#guarded(() => this.#writeCredentials()));
  }

  async #read(names: readonly string[]): Promise<Map<string, KnownItem>> {
    const result = new Map<string, KnownItem>();
    const missing: string[] = [];
    for (const name of names) {
      const item = this.#known.get(name) ?? this.#ahead?.get(name);
      if (item === undefined) missing.push(name);
      else result.set(name, item);
    }
    if (missing.length === 0) return result;
    const writesBefore = this.#writesStarted;
    const stored = await this.#options.items.read(missing);
    for (const name of missing) {
      const found = stored.get(name);
      const encoded = found === undefined ? undefined : await this.#options.seal.open(name, found.value);
      const item = { rev: found?.rev, encoded };
      result.set(name, item);
      // What a write did meanwhile is newer than this answer.
      if (this.#writesStarted === writesBefore) this.#known.set(name, item);
    }
    return result;
  }

  #prepare(
    changes: KeyChanges,
    ahead: ReadonlyMap<string, KnownItem> | undefined,
  ): Promise<(KeyWrite & { encoded: Uint8Array | undefined })[]> {
    const changed = Object.entries(changes).flatMap(([type, values]) =>
      Object.entries(values ?? {}).map(([id, value]) => ({ sk: keyName(type, id), value })),
    );
    return Promise.all(
      changed.map(async ({ sk, value }) => {
        const item = this.#known.get(sk) ?? ahead?.get(sk);
        const knownRev = item === undefined ? undefined : (item.rev ?? null);
        const rev = this.#nextRevision();
        const encoded = value === null || value === undefined ? undefined : encodeValue(value);
        const sealed = encoded === undefined ? undefined : await this.#options.seal.seal(sk, encoded);
        return { sk, rev, knownRev, value: sealed, encoded };
      }),
    );
  }

  async #writeCredentials(): Promise<void> {
    const sealed = await this.#options.seal.seal(credentialsName, encodeValue(this.#credentials));
    await this.#options.items.writeCredentials(sealed, this.#nextRevision(), this.#options.opening);
  }

  #nextRevision(): number {
    this.#revisions += 1;
    return this.#options.opening * revisionsPerOpening + this.#revisions;
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return await work();
    } catch (error) {
      this.#failure ??= toFailure(error);
      this.#failureListener?.(this.#failure);
      this.#failureListener = undefined;
      throw this.#failure;
    }
  }
}

function keyName(type: string, id: string): string {
  return `KEY#${type}#${id}`;
}

/** Every error of a vault as its own kind: refused by a condition means that another owner has written. */
export function toFailure(error: unknown): KeyVaultError {
  if (error instanceof KeyVaultError) return error;
  return isRefused(error)
    ? new KeyVaultError('Another owner has written the keys of this session.', { fenced: true, cause: error })
    : new KeyVaultError('The keys of this session could not be read or written.', { fenced: false, cause: error });
}
