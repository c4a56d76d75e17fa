/** Changed keys by type and id; `null` deletes. */
export type KeyChanges = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * The secrets of one session, as an engine reads and writes them. Values are plain data that may hold bytes; the vault seals them.
 *
 * A vault fails for good: after one refused or timed-out call every further call throws, because an engine that goes on with
 * half-written keys corrupts them. The session then closes its socket and opens a new vault, which reads everything afresh.
 */
export interface KeyVault {
  get(type: string, ids: readonly string[]): Promise<Record<string, unknown>>;
  /**
   * Reads many keys in few round trips, for a caller that will ask for each by itself: what is found, and what is not, is kept until the
   * next write.
   */
  readAhead(type: string, ids: readonly string[]): Promise<void>;
  /** Writes all changes; atomically when there are at most `atomicChangesMax`. */
  set(changes: KeyChanges): Promise<void>;
  /** The credentials as last saved or loaded; `undefined` while the session was never linked. */
  readonly credentials: unknown;
  /** Replaces the credentials. Saves are serialised and the latest wins; `set` writes them along with new pre-keys. */
  saveCredentials(credentials: unknown): Promise<void>;
  /** Why the vault refuses to work, if it does. */
  readonly failure: KeyVaultError | undefined;
  /** Called once, at the failure; soon when that has been already. */
  onFailure(listener: (failure: KeyVaultError) => void): void;
}

/** A key could not be read or written. `fenced` when another owner has written since: this process must let go of the session. */
export class KeyVaultError extends Error {
  readonly fenced: boolean;

  constructor(message: string, options: { readonly fenced: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'KeyVaultError';
    this.fenced = options.fenced;
  }
}
