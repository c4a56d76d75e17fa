import { limited } from './limited.ts';

/** A call that a phone has made, and what became of it. */
export interface Call {
  readonly id: string;
  /** Phone number that is called. */
  readonly to: string;
  readonly video: boolean;
  readonly at: string;
  state: 'ringing' | 'rejected' | 'ended' | 'missed';
  /** The linked device that has rejected it. */
  rejectedBy?: number;
}

const callsMax = 1000;

/** The last calls of a phone; not kept over a restart. */
export class CallLog {
  readonly #calls = new Map<string, Call>();

  add(call: Call): void {
    limited(this.#calls, callsMax).set(call.id, call);
  }

  get(id: string): Call | undefined {
    return this.#calls.get(id);
  }

  all(): readonly Call[] {
    return [...this.#calls.values()];
  }
}
