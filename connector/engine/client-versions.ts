/** The part of a web client's version that changes: `2.3000.<revision>`. */
export type ClientRevision = number;

/** What all connectors of a fleet know together of the client's version. */
export interface ClientVersionStore {
  /** The newest revision that somebody found, if anybody looked. */
  read(): Promise<ClientRevision | undefined>;
  /** Whether this process shall look now: true for one of all that ask within `sinceMs`. */
  mayLook(nowMs: number, sinceMs: number): Promise<boolean>;
  /** Stores what was found; an older revision than the stored one changes nothing. */
  write(revision: ClientRevision): Promise<void>;
}

export interface ClientVersionsOptions {
  /** The revision that this code was tried with. */
  readonly pinned: ClientRevision;
  readonly store: ClientVersionStore;
  /** Asks WhatsApp for its present revision. */
  readonly lookUp: () => Promise<ClientRevision>;
  readonly now: () => number;
  readonly logger: {
    warn(fields: Record<string, unknown>, message: string): void;
  };
}

/** One look for the whole fleet within this time: a refusal strikes all sessions at once, and the answer is the same for all. */
export const lookEveryMs = 300_000;

/**
 * Which version of the web client the sockets of this process name. It is the pinned one until WhatsApp refuses it; then one worker
 * of the fleet asks for the present one and leaves the answer in the fleet table, where the others find it. Newer versions are
 * used for as long as the process lives, and the row tells the next process of it at its first refusal.
 *
 * @example
 * const versions = new ClientVersions({ pinned, store, lookUp, now: Date.now, logger });
 * const known = await versions.refused(versions.current); // true: connect again, with the new one
 */
export class ClientVersions {
  readonly #options: ClientVersionsOptions;
  #current: ClientRevision;
  #renewing: Promise<void> | undefined;

  constructor(options: ClientVersionsOptions) {
    this.#options = options;
    this.#current = options.pinned;
  }

  get current(): ClientRevision {
    return this.#current;
  }

  /** WhatsApp refused a socket with this revision. Resolves to whether a newer one is known now; never rejects. */
  async refused(revision: ClientRevision): Promise<boolean> {
    if (this.#current > revision) return true;
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    await this.#renewing;
    if (this.#current > revision) return true;
    const fields = { alarm: 'client_version_refused', revision };
    this.#options.logger.warn(fields, 'WhatsApp refuses the version of this client, and no newer one is known');
    return false;
  }

  async #renew(): Promise<void> {
    const { store, lookUp, now, logger } = this.#options;
    try {
      this.#take(await store.read());
      if (!(await store.mayLook(now(), lookEveryMs))) return;
      const found = await lookUp();
      await store.write(found);
      this.#take(found);
      logger.warn({ alarm: 'client_version_renewed', revision: found }, 'Looked up the present version of the client');
    } catch (error) {
      const reason = error instanceof Error ? error.message.slice(0, 200) : 'not an error';
      logger.warn({ reason }, 'The present version of the client could not be found out');
    }
  }

  #take(revision: ClientRevision | undefined): void {
    if (revision !== undefined && revision > this.#current) this.#current = revision;
  }
}
