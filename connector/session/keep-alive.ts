export interface KeepAliveOptions {
  /** In [0, 1). */
  readonly random: () => number;
  /** About how often; an hour by default. */
  readonly periodMs?: number;
  /** One pulse over the open connection, and what is written of it. A failure is no reason for no further one. */
  readonly pulse: () => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
}

/** Each pulse is a frame, an answer and a write: for 26,000 sessions, seven writes a second. A login is a pulse too. */
const hourMs = 3_600_000;
/** Half a period around the period, so that the sessions of a worker that came at once drift apart. */
const jitter = 0.5;

/**
 * Pulses of one session while its connection is open. The connection itself is watched by the engine, which pings each 15 seconds and
 * ends what is silent; a pulse is what those pings are not: the word of a linked device that it is in use.
 *
 * @example const keepAlive = new KeepAlive({ random, pulse, onTrouble }); keepAlive.start(); keepAlive.stop();
 */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #timer: NodeJS.Timeout | undefined;
  /** Pulses of an older connection plan no further one. */
  #generation = 0;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
  }

  /** The connection is open; the first pulse comes at any moment of the first period. */
  start(): void {
    this.stop();
    this.#plan(this.#periodMs * this.#options.random(), this.#generation);
  }

  stop(): void {
    this.#generation += 1;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #periodMs(): number {
    return this.#options.periodMs ?? hourMs;
  }

  #plan(afterMs: number, generation: number): void {
    // A pulse is worth no process that would otherwise end.
    this.#timer = setTimeout(() => void this.#beat(generation), afterMs).unref();
  }

  async #beat(generation: number): Promise<void> {
    const { pulse, onTrouble, random } = this.#options;
    await pulse().catch(onTrouble);
    if (generation === this.#generation) this.#plan(this.#periodMs * (1 - jitter / 2 + jitter * random()), generation);
  }
}
