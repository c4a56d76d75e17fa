import type { QueueMessage } from './queue-message.ts';

/** The order in which the messages of a queue are served. It knows no time: the queue tells it what became ready. */
export interface Lanes {
  /** A message has entered the queue, ready or delayed. */
  enter(message: QueueMessage): void;
  /** A delayed message is ready. */
  wake(message: QueueMessage): void;
  /** The next messages, at most `max`; they count as in flight from now on. */
  take(max: number): QueueMessage[];
  /** An in-flight message has left the queue. */
  settle(message: QueueMessage): void;
  /** An in-flight message is ready again. */
  giveBack(message: QueueMessage): void;
  /** A message that was not in flight is gone. */
  drop(message: QueueMessage): void;
  /** While the queue is rebuilt after a restart: `message` entered as in flight. */
  enterInFlight(message: QueueMessage): void;
}
