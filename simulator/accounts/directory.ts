import type { Store } from '../storage/store.ts';
import { type Jid, parseJid } from '../wire/jid.ts';
import type { StoredKeyPair } from '../wire/key-pair.ts';
import type { StoredSession } from '../wire/libsignal.ts';
import { Account, type AccountState, lidOf } from './account.ts';
import type { Companion, CompanionState } from './companion.ts';
import type { StoredStanza } from './device-queue.ts';
import type { InboxMessage } from './inbox.ts';
import type { StoredKeys } from './phone-keys.ts';

/** Far more than any test needs; a client that walks through numbers stops here. */
const accountsMax = 200_000;

/** All accounts, found by number, by hidden id or by address, and made when a number is used for the first time. */
export class Directory {
  readonly #store: Store;
  readonly #byPhone = new Map<string, Account>();
  readonly #byLid = new Map<string, Account>();
  readonly #isOnWhatsApp: (phone: string, isKnown: boolean) => boolean;

  constructor(store: Store, isOnWhatsApp: (phone: string, isKnown: boolean) => boolean) {
    this.#store = store;
    this.#isOnWhatsApp = isOnWhatsApp;
  }

  /** Brings back what a store holds. */
  async restore(): Promise<void> {
    const keys = new Map([...this.#store.entries('keys/')].map(([key, value]) => [key.slice(5), value as StoredKeys]));
    for (const [, value] of this.#store.entries('account/')) {
      const state = value as AccountState;
      this.#add(state, keys.get(state.phone));
    }
    for (const { account, rest, value } of this.#stored('pre-key')) {
      account.keys.restorePreKey(Number(rest[0]), value as StoredKeyPair);
    }
    for (const { account, rest, value } of this.#stored('session')) {
      account.keys.restoreSession(rest[0] ?? '', value as StoredSession);
    }
    for (const { account, rest, value } of this.#stored('sender-key')) {
      account.keys.restoreSenderKey(rest[0] ?? '', value as string);
    }
    for (const { account, value } of this.#stored('inbox')) account.inbox.restore(value as InboxMessage);
    for (const { account, value } of this.#stored('device')) account.addCompanion(value as CompanionState);
    await this.#restoreDevices();
  }

  async #restoreDevices(): Promise<void> {
    for (const { account, rest, value } of this.#stored('companion-pre-key')) {
      account.companions.get(Number(rest[0]))?.restorePreKey(Number(rest[1]), value as string);
    }
    const queued = [...this.#stored('queue')].sort((left, right) => Number(left.rest[1]) - Number(right.rest[1]));
    for (const { account, rest, value } of queued) {
      await account.companions.get(Number(rest[0]))?.queue.restore(Number(rest[1]), value as StoredStanza);
    }
  }

  /** Values under `<kind>/<phone>/…` with their account. */
  *#stored(kind: string): Iterable<{ account: Account; rest: readonly string[]; value: unknown }> {
    for (const [key, value] of this.#store.entries(`${kind}/`)) {
      const [, phone = '', ...rest] = key.split('/');
      const account = this.#byPhone.get(phone);
      if (account !== undefined) yield { account, rest, value };
    }
  }

  all(): Iterable<Account> {
    return this.#byPhone.values();
  }

  *companions(): Iterable<Companion> {
    for (const account of this.#byPhone.values()) yield* account.companions.values();
  }

  /** An account that is there already. */
  find(phone: string): Account | undefined {
    return this.#byPhone.get(phone);
  }

  /** The account of a number that somebody calls, made if need be; undefined when the number is not on WhatsApp. */
  use(phone: string): Account | undefined {
    const known = this.#byPhone.get(phone);
    return this.#isOnWhatsApp(phone, known !== undefined) ? (known ?? this.own(phone)) : undefined;
  }

  /** The account of a phone that somebody holds in their hands, made if need be; undefined when it can be no phone number. */
  own(phone: string, name?: string): Account | undefined {
    const known = this.#byPhone.get(phone);
    if (known !== undefined) return known;
    if (!isPhoneNumber(phone) || this.#byPhone.size >= accountsMax) return undefined;
    const lid = lidOf(phone);
    if (this.#byLid.has(lid)) throw new Error(`The hidden ids of ${phone} and another number are the same.`);
    return this.#add({ phone, lid, name: name ?? `Phone ${phone.slice(-4)}`, nextDevice: 1, appState: undefined });
  }

  /** The account behind an address. A phone number is made known, a hidden id must be known. */
  atJid(jid: Jid): Account | undefined {
    return jid.form === 'lid' ? this.#byLid.get(jid.user) : this.use(jid.user);
  }

  /** The account and device number behind the text of an address. */
  resolve(text: string | undefined): { account: Account; jid: Jid } | undefined {
    const jid = parseJid(text);
    const account = jid === undefined ? undefined : this.atJid(jid);
    return jid === undefined || account === undefined ? undefined : { account, jid };
  }

  #add(state: AccountState, keys?: StoredKeys): Account {
    const account = new Account(state, this.#store, keys);
    this.#byPhone.set(account.phone, account);
    this.#byLid.set(account.lid, account);
    return account;
  }
}

/** Digits of an international number, without the plus. */
export function isPhoneNumber(text: string): boolean {
  return /^[1-9]\d{6,14}$/.test(text);
}
