import type { ConnectOptions, EngineConnection, EngineEvent, IncomingMessage } from '../engine/port.ts';
import { isStorableId } from '../engine/storable-id.ts';
import { type KeyVault, KeyVaultError } from '../keys/key-vault.ts';
import { errorFields } from '../logger.ts';
import type { SessionName } from '../storage/session-state.ts';
import type { PersonalOptions } from './personal-options.ts';
import type { SessionDependencies } from './session-dependencies.ts';
import { unlinkDevice } from './unlink-device.ts';

export interface SocketListeners {
  onEvent(event: EngineEvent): void;
  onMessage(message: IncomingMessage): Promise<void>;
}

/** `fenced`: a later owner has the keys. `unavailable`: the store did not answer. */
export type VaultState = 'ready' | 'fenced' | 'unavailable';

/**
 * A session's keys and its one socket. Each socket has a generation, and events of an older one are dropped: a socket that is being
 * closed cannot disturb its successor. The vault outlives sockets, so that a reconnect finds its keys warm; a failed vault is
 * replaced, which reads everything afresh.
 */
export class SessionSocket {
  readonly #dependencies: SessionDependencies;
  readonly #name: SessionName;
  readonly #epoch: number;
  readonly #listeners: SocketListeners;
  #vault: KeyVault | undefined;
  #connection: EngineConnection | undefined;
  #generation = 0;

  constructor(dependencies: SessionDependencies, name: SessionName, epoch: number, listeners: SocketListeners) {
    this.#dependencies = dependencies;
    this.#name = name;
    this.#epoch = epoch;
    this.#listeners = listeners;
  }

  get connection(): EngineConnection | undefined {
    return this.#connection;
  }

  /** Whether the opened keys are those of a linked device. */
  get isLinked(): boolean {
    return this.#vault !== undefined && this.#dependencies.engine.isLinked(this.#vault);
  }

  async openVault(): Promise<VaultState> {
    if (this.#vault !== undefined && this.#vault.failure === undefined) return 'ready';
    this.#vault = undefined;
    try {
      this.#vault = await this.#dependencies.openVault(this.#name, this.#epoch);
      return 'ready';
    } catch (error) {
      if (error instanceof KeyVaultError && error.fenced) return 'fenced';
      const { sessionId } = this.#name;
      this.#dependencies.logger.warn({ sessionId, ...errorFields(error) }, 'The keys could not be opened');
      return 'unavailable';
    }
  }

  /** Opens a socket on an opened vault, in place of any other. */
  async connect({
    pairingPhone,
    signal,
    ...personal
  }: Pick<ConnectOptions, 'pairingPhone' | 'signal'> & PersonalOptions = {}): Promise<void> {
    const vault = this.#vault;
    if (vault === undefined) throw new Error('The vault must be opened first.');
    const generation = ++this.#generation;
    const connection = await this.#dependencies.engine.connect({
      ...(signal === undefined ? {} : { signal }),
      sessionId: this.#name.sessionId,
      vault,
      ...(pairingPhone === undefined || this.isLinked ? {} : { pairingPhone }),
      ...personal,
      onEvent: (event) => {
        if (generation === this.#generation) this.#listeners.onEvent(event);
      },
      onMessage: (message) => this.#listeners.onMessage(message),
      wasTaken: async (messageId, { phone, lid }) => {
        const from = (await this.#find(messageId))?.from;
        return from !== undefined && ((lid !== null && from.lid === lid) || (phone !== null && from.phone === phone));
      },
      findProtocol: async (messageId) =>
        isStorableId(messageId) ? this.#dependencies.messages.findProtocol(this.#name, messageId) : undefined,
      findGroup: (groupId) => this.#dependencies.findGroup(this.#name, groupId),
    });
    if (generation === this.#generation) this.#connection = connection;
    else connection.terminate();
  }

  /** A number that changes whenever the socket does: events carry it through the queue of their session. */
  get generation(): number {
    return this.#generation;
  }

  /** Lets what is under way end, then closes. */
  async drain(): Promise<void> {
    await this.#take()?.drain();
  }

  terminate(): void {
    this.#take()?.terminate();
  }

  /** Tells WhatsApp to forget the device, over the open connection or one made for it. */
  async unlink(isOpen: boolean, personal: () => Promise<PersonalOptions>): Promise<void> {
    const connection = this.#take();
    if (!isOpen) connection?.terminate();
    if (this.#vault === undefined) return;
    await unlinkDevice({
      dependencies: this.#dependencies,
      sessionId: this.#name.sessionId,
      connection: isOpen ? connection : undefined,
      vault: this.#vault,
      personal,
      onMessage: (message) => this.#listeners.onMessage(message),
    });
  }

  /** Deletes credentials and keys; resolves to the number of items. */
  async forgetKeys(): Promise<unknown> {
    this.#vault = undefined;
    return this.#dependencies.deleteKeys(this.#name);
  }

  #find(messageId: string) {
    return isStorableId(messageId) ? this.#dependencies.messages.find(this.#name, messageId) : undefined;
  }

  #take(): EngineConnection | undefined {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#generation += 1;
    return connection;
  }
}
