/** Faults that last until their time is over, they are used up, or someone clears them. */
export const standingFaults = [
  'refuse-login',
  'delay-acks',
  'lose-acks',
  'ack-error',
  'lose-receipts',
  'silence',
  'passkey',
  'corrupt-messages',
  'refuse-uploads',
  'lose-media',
  'corrupt-media',
  'refuse-reupload',
  'reach-out-lock',
] as const;

export type StandingFaultKind = (typeof standingFaults)[number];

export interface StandingFault {
  readonly id: number;
  readonly kind: StandingFaultKind;
  /** The account that it strikes; all of them when absent. */
  readonly phone?: string | undefined;
  readonly code?: number | undefined;
  readonly milliseconds?: number | undefined;
  /** How often it strikes; without limit when absent. */
  count?: number | undefined;
  /** In milliseconds since 1970. */
  readonly endsAt?: number | undefined;
}

const faultsMax = 1000;

/** What the control API has broken on purpose. */
export class FaultBoard {
  readonly #faults = new Map<number, StandingFault>();
  readonly #onChange: () => void;
  #next = 1;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Adds a fault; undefined when there are too many already. */
  add(fault: Omit<StandingFault, 'id'>): StandingFault | undefined {
    this.#dropEnded();
    if (this.#faults.size >= faultsMax) return undefined;
    const added = { ...fault, id: this.#next++ };
    this.#faults.set(added.id, added);
    if (added.endsAt !== undefined) setTimeout(this.#onChange, added.endsAt - Date.now() + 1).unref();
    this.#onChange();
    return added;
  }

  /** The fault that strikes an account now; does not use it up. */
  find(kind: StandingFaultKind, phone: string | undefined): StandingFault | undefined {
    this.#dropEnded();
    for (const fault of this.#faults.values()) {
      if (fault.kind === kind && (fault.phone === undefined || fault.phone === phone)) return fault;
    }
    return undefined;
  }

  /** The same, and counts that it has struck once more. */
  strike(kind: StandingFaultKind, phone: string | undefined): StandingFault | undefined {
    const fault = this.find(kind, phone);
    if (fault?.count !== undefined && --fault.count <= 0) this.#faults.delete(fault.id);
    return fault;
  }

  all(): readonly StandingFault[] {
    this.#dropEnded();
    return [...this.#faults.values()];
  }

  /** Ends one fault, or all; answers how many. */
  clear(id?: number): number {
    const before = this.#faults.size;
    if (id === undefined) this.#faults.clear();
    else this.#faults.delete(id);
    this.#onChange();
    return before - this.#faults.size;
  }

  #dropEnded(): void {
    const now = Date.now();
    for (const fault of this.#faults.values()) {
      if (fault.endsAt !== undefined && fault.endsAt <= now) this.#faults.delete(fault.id);
    }
  }
}
