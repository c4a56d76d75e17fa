import { createHash } from 'node:crypto';
import type { Store } from '../storage/store.ts';
import { type AppState, createAppState } from '../wire/app-state.ts';
import { type AddressForm, formatJid } from '../wire/jid.ts';
import { SenderKeys } from '../wire/sender-keys.ts';
import { SignalCipher } from '../wire/signal-cipher.ts';
import { Archive } from './archive.ts';
import { CallLog } from './call-log.ts';
import { Companion, type CompanionState } from './companion.ts';
import { Inbox } from './inbox.ts';
import { Outbox } from './outbox.ts';
import { PhoneKeys, type StoredKeys } from './phone-keys.ts';
import { Ring } from './ring.ts';
import { SerialQueue } from './serial-queue.ts';

/** What is kept under `account/<phone>`. */
export interface AccountState {
  readonly phone: string;
  readonly lid: string;
  name: string;
  nextDevice: number;
  /** Nobody gets to see the number: what the phone writes names the hidden id alone. */
  hidesNumber?: boolean;
  /** What the owner says about themselves. */
  about?: string;
  /** Id of the profile picture among the plain files. */
  picture?: string | undefined;
  appState: AppState | undefined;
}

/** Somebody types, records, or has stopped. */
export interface SeenChatState {
  readonly from: string;
  readonly chat: string;
  readonly state: string;
  readonly at: string;
}

const chatStatesMax = 1000;
const retriesRemembered = 1000;

/** A WhatsApp account: the phone itself (device 0, with real keys) and the devices linked to it. */
export class Account {
  readonly state: AccountState;
  readonly keys: PhoneKeys;
  readonly cipher: SignalCipher;
  readonly senderKeys: SenderKeys;
  /** Groups and devices to which this phone has handed its sender key since the start. */
  readonly keyHolders = new Set<string>();
  readonly inbox: Inbox;
  readonly outbox = new Outbox();
  readonly archive = new Archive();
  readonly calls = new CallLog();
  /** What others have shown in chats with this phone. */
  readonly chatStates = new Ring<SeenChatState>(chatStatesMax);
  isAvailable = false;
  /** As the linked devices were told last. */
  isReachOutLocked = false;
  /** Messages of linked devices that the server has refused. */
  refused = 0;
  readonly companions = new Map<number, Companion>();
  /** A phone does one thing at a time, so that what it sends keeps its order. */
  readonly serial = new SerialQueue();
  undecryptable = 0;
  /** Deliveries that are not confirmed yet, by message id. */
  readonly unconfirmed = new Map<string, () => void>();
  readonly #store: Store;
  readonly #retries = new Map<string, number>();

  constructor(state: AccountState, store: Store, keys?: StoredKeys) {
    this.state = state;
    this.#store = store;
    this.keys = new PhoneKeys(state.phone, store, keys);
    this.cipher = new SignalCipher(state.phone, this.keys);
    this.senderKeys = new SenderKeys(state.phone, this.keys);
    this.inbox = new Inbox(`inbox/${state.phone}`, store);
    this.keep();
  }

  get phone(): string {
    return this.state.phone;
  }

  get lid(): string {
    return this.state.lid;
  }

  keep(): void {
    this.#store.put(`account/${this.phone}`, () => this.state);
  }

  /** @example account.jid() // '491520000000@s.whatsapp.net' */
  jid(form: AddressForm = 'pn', device = 0): string {
    return formatJid({ user: form === 'lid' ? this.lid : this.phone, form, device });
  }

  /** Whether the two have ever written to each other. */
  knows(phone: string): boolean {
    return this.inbox.hasChat(phone) || this.outbox.hasChat(phone);
  }

  /** App state begins when the first device is linked. */
  appState(): AppState {
    this.state.appState ??= createAppState();
    this.keep();
    return this.state.appState;
  }

  addCompanion(state: CompanionState): Companion {
    const companion = new Companion(this.phone, state, this.#store);
    this.companions.set(state.device, companion);
    return companion;
  }

  /** Confirms a delivery, unless that was done before: what is read was delivered first, however fast the reader is. */
  confirm(id: string): void {
    const send = this.unconfirmed.get(id);
    this.unconfirmed.delete(id);
    send?.();
  }

  /** How often this phone has asked for a message again, this time included. */
  countRetry(key: string): number {
    const count = (this.#retries.get(key) ?? 0) + 1;
    const [oldest] = this.#retries.keys();
    if (this.#retries.size >= retriesRemembered && oldest !== undefined) this.#retries.delete(oldest);
    this.#retries.set(key, count);
    return count;
  }

  removeCompanion(device: number): void {
    this.companions.get(device)?.discard();
    this.companions.delete(device);
  }
}

/** A hidden id for a number: digits only, always the same for the same number, never equal to it. */
export function lidOf(phone: string): string {
  const digest = createHash('sha256').update(`lid of ${phone}`).digest().readBigUInt64BE(0);
  return `2${(digest % 10n ** 14n).toString().padStart(14, '0')}`;
}
