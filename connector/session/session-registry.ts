import { sleep } from '../concurrency/sleep.ts';
import { errorFields } from '../logger.ts';
import type { ShardOwner } from '../storage/fleet-store.ts';
import type { SessionName } from '../storage/session-state.ts';
import type { SessionDependencies } from './session-dependencies.ts';
import { SessionMachine } from './session-machine.ts';

interface OwnedShard {
  readonly shard: number;
  readonly epoch: number;
  readonly sessions: Map<string, SessionMachine>;
  readonly stop: AbortController;
}

/** A lost "look again" command costs at most this. */
const lookEveryMs = 60_000;
/** Spread, so that the sessions of all shards are not read in one breath. */
const lookJitter = 0.2;

/** All sessions of the shards that this process owns. */
export class SessionRegistry {
  readonly #dependencies: SessionDependencies;
  readonly #owner: ShardOwner;
  readonly #shards = new Map<number, OwnedShard>();
  /** Sessions of shards that will come soon. */
  readonly #preloaded = new Map<number, readonly SessionName[]>();

  constructor(dependencies: SessionDependencies, owner: ShardOwner) {
    this.#dependencies = dependencies;
    this.#owner = owner;
  }

  /** Sessions with a socket, or about to have one. */
  get activeCount(): number {
    let count = 0;
    for (const { sessions } of this.#shards.values()) {
      for (const session of sessions.values()) if (session.isActive) count += 1;
    }
    return count;
  }

  /** Sessions with a socket, or about to have one, of one shard. */
  activeCountOf(shard: number): number {
    const sessions = this.#shards.get(shard)?.sessions.values() ?? [];
    return [...sessions].filter(({ isActive }) => isActive).length;
  }

  /**
   * Prepares a shard that another process still owns: which sessions it has, and their tenants' data keys. No more, since opening the
   * keys fences their owner, and a ratchet that was read before the owner's last write must never be used.
   */
  async preloadShard(shard: number): Promise<void> {
    const names = await this.#dependencies.states.listOfShard(shard);
    await Promise.all(names.map((name) => this.#dependencies.warmKeys(name)));
    this.#preloaded.set(shard, names);
  }

  /** The shard will not come after all. */
  dropPreloaded(shard: number): void {
    this.#preloaded.delete(shard);
  }

  /** Starts the sessions of a shard and looks at them again from time to time. */
  takeShard(shard: number, epoch: number): void {
    const owned: OwnedShard = { shard, epoch, sessions: new Map(), stop: new AbortController() };
    this.#shards.set(shard, owned);
    const names = this.#preloaded.get(shard) ?? [];
    this.#preloaded.delete(shard);
    // Before the list is read again, which may show what was created meanwhile.
    for (const name of names) void this.open(shard, name)?.reconcile();
    void this.#lookRegularly(owned);
  }

  /** Stops the sessions of a shard; resolves when all sockets are closed. */
  async releaseShard(shard: number): Promise<void> {
    const owned = this.#shards.get(shard);
    if (owned === undefined) return;
    owned.stop.abort();
    await Promise.all([...owned.sessions.values()].map((session) => session.stop()));
    this.#shards.delete(shard);
  }

  /** Closes every socket at once. */
  killAll(): void {
    for (const owned of this.#shards.values()) {
      owned.stop.abort();
      for (const session of owned.sessions.values()) session.kill();
    }
    this.#shards.clear();
  }

  /** The machine of a session, made if there is none yet; `undefined` when the shard is not owned. */
  open(shard: number, name: SessionName): SessionMachine | undefined {
    const owned = this.#shards.get(shard);
    if (owned === undefined || owned.stop.signal.aborted) return undefined;
    const existing = owned.sessions.get(name.sessionId);
    if (existing !== undefined && !existing.hasEnded) return existing;
    const made = new SessionMachine(this.#dependencies, name, shard, { ...this.#owner, epoch: owned.epoch });
    owned.sessions.set(name.sessionId, made);
    return made;
  }

  async #lookRegularly(owned: OwnedShard): Promise<void> {
    const { signal } = owned.stop;
    const { states, logger, random } = this.#dependencies;
    while (!signal.aborted) {
      try {
        const names = new Map((await states.listOfShard(owned.shard)).map((name) => [name.sessionId, name]));
        for (const [sessionId, session] of owned.sessions) {
          if (session.hasEnded && !names.has(sessionId)) owned.sessions.delete(sessionId);
          else names.set(sessionId, session.name);
        }
        await Promise.all([...names.values()].map((name) => this.open(owned.shard, name)?.reconcile()));
      } catch (error) {
        logger.warn({ shard: owned.shard, ...errorFields(error) }, 'The sessions of a shard could not be listed');
      }
      await sleep(lookEveryMs * (1 - lookJitter + 2 * lookJitter * random()), signal);
    }
  }
}
