/** What an `IndexedHeap` writes into its members: their place, `-1` while they are not in a heap. */
export interface HeapMember {
  heapIndex: number;
}

/**
 * A binary heap whose members know their place, so that one in the middle can be removed or moved in logarithmic time. That matters
 * here: most in-flight messages are deleted long before their visibility ends.
 *
 * @example const heap = new IndexedHeap<Timer>((a, b) => a.atMs < b.atMs); heap.add(timer); heap.remove(timer)
 */
export class IndexedHeap<Member extends HeapMember> {
  readonly #members: Member[] = [];
  readonly #isBefore: (a: Member, b: Member) => boolean;

  constructor(isBefore: (a: Member, b: Member) => boolean) {
    this.#isBefore = isBefore;
  }

  first(): Member | undefined {
    return this.#members[0];
  }

  add(member: Member): void {
    member.heapIndex = this.#members.length;
    this.#members.push(member);
    this.#rise(member);
  }

  remove(member: Member): void {
    const index = member.heapIndex;
    if (index === -1) return;
    member.heapIndex = -1;
    const last = this.#members.pop();
    if (last === undefined || last === member) return;
    this.#place(last, index);
    this.update(last);
  }

  /** To be called after something that `isBefore` looks at has changed. */
  update(member: Member): void {
    this.#rise(member);
    this.#sink(member);
  }

  #rise(member: Member): void {
    while (member.heapIndex > 0) {
      const parent = this.#members[(member.heapIndex - 1) >> 1] as Member;
      if (!this.#isBefore(member, parent)) return;
      this.#swap(member, parent);
    }
  }

  #sink(member: Member): void {
    for (;;) {
      const left = this.#members[2 * member.heapIndex + 1];
      const right = this.#members[2 * member.heapIndex + 2];
      const child = left !== undefined && right !== undefined && this.#isBefore(right, left) ? right : left;
      if (child === undefined || !this.#isBefore(child, member)) return;
      this.#swap(child, member);
    }
  }

  #swap(a: Member, b: Member): void {
    const index = a.heapIndex;
    this.#place(a, b.heapIndex);
    this.#place(b, index);
  }

  #place(member: Member, index: number): void {
    this.#members[index] = member;
    member.heapIndex = index;
  }
}
