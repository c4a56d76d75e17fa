import { Deque } from './deque.ts';
import type { Lanes } from './lanes.ts';
import type { QueueMessage } from './queue-message.ts';

interface Group {
  readonly id: string;
  /** Delayed and ready messages in order of arrival. */
  readonly waiting: Deque<QueueMessage>;
  /** Messages that were in flight and are ready again, in order of arrival; all of them before `waiting`. At most one receive's worth. */
  returned: QueueMessage[];
  inFlight: number;
}

/**
 * Order of a FIFO queue. A group is `free` when none of its messages is in flight and its first message is ready. A receive takes from the
 * group that has been free for longest, as many in order as it may, then from the next; that blocks the group until each of them is deleted
 * or its invisibility has ended.
 */
export class FifoLanes implements Lanes {
  readonly #groups = new Map<string, Group>();
  /** In the order in which they became free. */
  readonly #free = new Set<Group>();

  enter(message: QueueMessage): void {
    const group = this.#group(message);
    group.waiting.push(message);
    this.#refresh(group);
  }

  wake(message: QueueMessage): void {
    this.#refresh(this.#group(message));
  }

  take(max: number): QueueMessage[] {
    const taken: QueueMessage[] = [];
    for (const group of this.#free) {
      if (taken.length >= max) break;
      while (taken.length < max && firstOf(group)?.state === 'ready') {
        taken.push((group.returned.shift() ?? group.waiting.shift()) as QueueMessage);
        group.inFlight += 1;
      }
      this.#refresh(group);
    }
    return taken;
  }

  settle(message: QueueMessage): void {
    const group = this.#group(message);
    group.inFlight -= 1;
    this.#refresh(group);
  }

  giveBack(message: QueueMessage): void {
    const group = this.#group(message);
    group.inFlight -= 1;
    group.returned.push(message);
    group.returned.sort((a, b) => a.sequence - b.sequence);
    this.#refresh(group);
  }

  drop(message: QueueMessage): void {
    const group = this.#groups.get(message.groupId ?? '');
    if (group !== undefined) this.#refresh(group);
  }

  enterInFlight(message: QueueMessage): void {
    const group = this.#group(message);
    group.inFlight += 1;
    this.#refresh(group);
  }

  #group(message: QueueMessage): Group {
    const id = message.groupId ?? '';
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = { id, waiting: new Deque(), returned: [], inFlight: 0 };
      this.#groups.set(id, group);
    }
    return group;
  }

  #refresh(group: Group): void {
    const first = firstOf(group);
    if (group.inFlight === 0 && first?.state === 'ready') {
      this.#free.add(group);
      return;
    }
    this.#free.delete(group);
    if (group.inFlight === 0 && first === undefined) this.#groups.delete(group.id);
  }
}

/** The message that must be served next, after leaving out the gone ones. */
function firstOf(group: Group): QueueMessage | undefined {
  while (group.returned[0]?.state === 'gone') group.returned.shift();
  if (group.returned[0] !== undefined) return group.returned[0];
  while (group.waiting.first()?.state === 'gone') group.waiting.shift();
  return group.waiting.first();
}
