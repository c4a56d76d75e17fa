/** How long a FIFO queue remembers a deduplication id, also after the message was deleted. */
export const deduplicationWindowMs = 5 * 60 * 1_000;

export interface RememberedSend {
  readonly messageId: string;
  readonly sequence: number;
  readonly sentAtMs: number;
}

/** The sends of the last five minutes by deduplication key. Entries stand in order of time, so the old ones are found at the front. */
export class DeduplicationWindow {
  readonly #sends = new Map<string, RememberedSend>();

  find(key: string, nowMs: number): RememberedSend | undefined {
    this.#forgetOld(nowMs);
    return this.#sends.get(key);
  }

  remember(key: string, send: RememberedSend): void {
    this.#sends.delete(key);
    this.#sends.set(key, send);
  }

  entries(): Iterable<[string, RememberedSend]> {
    return this.#sends;
  }

  #forgetOld(nowMs: number): void {
    for (const [key, send] of this.#sends) {
      if (nowMs - send.sentAtMs < deduplicationWindowMs) return;
      this.#sends.delete(key);
    }
  }
}
