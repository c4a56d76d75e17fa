/** WhatsApp lets the account begin no new chats for a while: what it refused with code 463, or announced as a reach-out time-lock. */
export interface SendingHold {
  /** ISO 8601. */
  readonly since: string;
  /** The end as WhatsApp named it, or null when it named none. */
  readonly until: string | null;
  /** When a new chat may be tried again: the end, or a day later when none is known. */
  readonly retryAt: string;
}

/** Each message against a lock prolongs it, so what has no known end is left alone for long, and then tried with one message. */
const unknownEndMs = 24 * 60 * 60 * 1_000;
/** A lock whose end is past and that holds all the same is not asked about at every turn. */
const shortestMs = 5_000;

/**
 * A hold that begins now, or goes on with another end.
 *
 * @example startHold({ nowMs: Date.now(), until: null }) // tried again after a day
 */
export function startHold(options: {
  readonly nowMs: number;
  readonly until: string | null;
  readonly earlier?: SendingHold | undefined;
}): SendingHold {
  const { nowMs, until, earlier } = options;
  const retryAtMs = until === null ? nowMs + unknownEndMs : Math.max(Date.parse(until), nowMs + shortestMs);
  return {
    since: earlier?.since ?? new Date(nowMs).toISOString(),
    until,
    retryAt: new Date(retryAtMs).toISOString(),
  };
}
