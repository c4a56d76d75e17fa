import { Deque } from './deque.ts';
import { IndexedHeap } from './indexed-heap.ts';
import type { Lanes } from './lanes.ts';
import type { QueueMessage } from './queue-message.ts';

interface Lane {
  readonly key: string;
  readonly waiting: Deque<QueueMessage>;
  inFlight: number;
  heapIndex: number;
}

/** Messages without a group share one lane; group ids are never empty. */
const commonLane = '';

/**
 * Order of a standard queue: one lane per message group, and the next message comes from the lane with the fewest messages in flight,
 * the oldest first among equals. So a quiet tenant is served before the backlog of a noisy one, and a queue without groups is served in
 * order of arrival. AWS does the same by statistics; here it is exact.
 */
export class FairLanes implements Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #serving = new IndexedHeap<Lane>(isServedBefore);
  #readyCount = 0;

  enter(message: QueueMessage): void {
    if (message.state === 'ready') this.#push(message);
  }

  wake(message: QueueMessage): void {
    this.#push(message);
  }

  take(max: number): QueueMessage[] {
    const taken: QueueMessage[] = [];
    while (taken.length < max) {
      const lane = this.#serving.first();
      if (lane === undefined) break;
      const message = lane.waiting.shift();
      if (message?.state === 'ready') {
        taken.push(message);
        lane.inFlight += 1;
      }
      this.#settleLane(lane);
    }
    return taken;
  }

  settle(message: QueueMessage): void {
    const lane = this.#lane(message);
    lane.inFlight -= 1;
    this.#settleLane(lane);
  }

  giveBack(message: QueueMessage): void {
    this.#lane(message).inFlight -= 1;
    this.#push(message);
  }

  drop(message: QueueMessage): void {
    const lane = this.#lanes.get(message.groupId ?? commonLane);
    if (lane !== undefined) this.#settleLane(lane);
  }

  enterInFlight(message: QueueMessage): void {
    const lane = this.#lane(message);
    lane.inFlight += 1;
    this.#settleLane(lane);
  }

  #push(message: QueueMessage): void {
    const lane = this.#lane(message);
    this.#readyCount += 1;
    message.readyOrder = this.#readyCount;
    lane.waiting.push(message);
    this.#settleLane(lane);
  }

  #lane(message: QueueMessage): Lane {
    const key = message.groupId ?? commonLane;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = { key, waiting: new Deque(), inFlight: 0, heapIndex: -1 };
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  /** Puts a lane where it belongs after any change to it. */
  #settleLane(lane: Lane): void {
    while (lane.waiting.first()?.state === 'gone') lane.waiting.shift();
    if (lane.waiting.first() === undefined) {
      this.#serving.remove(lane);
      if (lane.inFlight === 0) this.#lanes.delete(lane.key);
    } else if (lane.heapIndex === -1) {
      this.#serving.add(lane);
    } else {
      this.#serving.update(lane);
    }
  }
}

function isServedBefore(a: Lane, b: Lane): boolean {
  if (a.inFlight !== b.inFlight) return a.inFlight < b.inFlight;
  return (a.waiting.first()?.readyOrder ?? 0) < (b.waiting.first()?.readyOrder ?? 0);
}
