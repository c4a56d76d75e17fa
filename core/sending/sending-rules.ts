/** How a session paces itself: `settings.sending` with what is not set there filled in. */
export interface SendingRules {
  /** A burst of ten, then one message a second with some jitter. */
  readonly pacing: boolean;
  /** People written to for the first time on one UTC day; null: no limit. */
  readonly newChatsPerDay: number | null;
  /** The limit above rises over the first two weeks after linking. */
  readonly warmUp: boolean;
  /** Messages on one UTC day; null: no limit. */
  readonly messagesPerDay: number | null;
}

/** Operators of unofficial clients report trouble from some dozens of first messages a day on; see `docs/responsible-use.md`. */
const defaults: SendingRules = { pacing: true, newChatsPerDay: 50, warmUp: true, messagesPerDay: null };

/**
 * The rules of a session. What is stored was checked by the API when it was written, so a value of another form counts as not set.
 *
 * @example readSendingRules({ sending: { newChatsPerDay: 20 } }) // { pacing: true, newChatsPerDay: 20, warmUp: true, messagesPerDay: null }
 */
export function readSendingRules(settings: Readonly<Record<string, unknown>>): SendingRules {
  const { sending } = settings;
  const set = typeof sending === 'object' && sending !== null ? (sending as Partial<Record<string, unknown>>) : {};
  return {
    pacing: flag(set.pacing, defaults.pacing),
    newChatsPerDay: limit(set.newChatsPerDay, defaults.newChatsPerDay),
    warmUp: flag(set.warmUp, defaults.warmUp),
    messagesPerDay: limit(set.messagesPerDay, defaults.messagesPerDay),
  };
}

function flag(value: unknown, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}

function limit(value: unknown, otherwise: number | null): number | null {
  return value === null || (Number.isInteger(value) && (value as number) >= 0) ? (value as number | null) : otherwise;
}
