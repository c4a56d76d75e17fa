import { lidOf } from '../accounts/account.ts';
import { generateKeyPair, withKeyType } from '../wire/key-pair.ts';
import { sign } from '../wire/libsignal.ts';
import type { KeyBundle } from '../wire/signal-cipher.ts';

/** People of the crowd have numbers beginning so; they belong to nobody. */
const firstNumber = 98_000_000_000;

/**
 * People who only fill groups: they exist for lookups, hand out keys, and take messages that nobody decrypts. They share one set of keys,
 * because a signature for each of a thousand would take ten seconds.
 */
export class Crowd {
  readonly #lids = new Map<string, string>();
  readonly #phones = new Set<string>();
  #bundle: KeyBundle | undefined;
  #next = firstNumber;

  /** Makes so many new people; answers their numbers. */
  gather(count: number): string[] {
    return Array.from({ length: count }, () => {
      const phone = String(this.#next);
      this.add(phone);
      return phone;
    });
  }

  add(phone: string): void {
    this.#phones.add(phone);
    this.#lids.set(lidOf(phone), phone);
    this.#next = Math.max(this.#next, Number(phone) + 1);
  }

  /** The number of a person of the crowd, asked for by number or by hidden id. */
  find(user: string): string | undefined {
    return this.#phones.has(user) ? user : this.#lids.get(user);
  }

  bundle(): KeyBundle {
    if (this.#bundle === undefined) {
      const identity = generateKeyPair();
      const { publicKey } = generateKeyPair();
      const signature = sign(identity.privateKey, withKeyType(publicKey));
      this.#bundle = { registrationId: 1, identity: identity.publicKey, signedPreKey: { id: 1, publicKey, signature } };
    }
    return this.#bundle;
  }
}
