/** A list that forgets its oldest members beyond a limit, and in which every member has a growing number. */
export class Ring<T> {
  readonly #limit: number;
  #members: T[] = [];
  /** How many of `#members` are already forgotten: cutting them off one by one would copy the list each time. */
  #start = 0;
  #cut = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds a member; answers its number, beginning with 1, and whether the oldest one had to go. */
  add(member: T): { number: number; dropped: T | undefined } {
    this.#members.push(member);
    let dropped: T | undefined;
    if (this.size > this.#limit) dropped = this.#members[this.#start++];
    if (this.#start > this.#limit) {
      this.#members = this.#members.slice(this.#start);
      this.#cut += this.#start;
      this.#start = 0;
    }
    return { number: this.#cut + this.#members.length, dropped };
  }

  /** Members whose number is greater. */
  since(number: number): readonly T[] {
    return this.#members.slice(Math.max(this.#start, number - this.#cut));
  }

  get size(): number {
    return this.#members.length - this.#start;
  }
}
