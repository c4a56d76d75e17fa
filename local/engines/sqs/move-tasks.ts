import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Broker, BrokerQueue } from './broker.ts';
import { sqsErrors } from './sqs-errors.ts';
import type { QueueMessage } from './structure/queue-message.ts';

/**
 * A task that moves the messages of a dead-letter queue. It is `RUNNING` from its start; each step moves some of the messages that were there when
 * it started. It ends as `COMPLETED` when none is left, as `FAILED` when a message has no destination, or as `CANCELLED` on request, and stays
 * so. Tasks are not kept over a restart; what they moved is.
 */
export interface MoveTask {
  readonly handle: string;
  readonly sourceArn: string;
  readonly destinationArn: string | undefined;
  readonly messagesPerSecond: number | undefined;
  readonly startedAtMs: number;
  readonly toMove: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  failureReason?: string;
}

/** Messages that one step moves when no rate is asked for, so that a large queue does not hold everything else up. */
const messagesPerStep = 500;
/** Finished tasks that are remembered. */
const tasksMax = 100;

/** Runs StartMessageMoveTask, ListMessageMoveTasks and CancelMessageMoveTask. */
export class MoveTasks {
  readonly #broker: Broker;
  readonly #clock: Clock;
  readonly #tasks: MoveTask[] = [];

  constructor(broker: Broker, clock: Clock) {
    this.#broker = broker;
    this.#clock = clock;
  }

  start(sourceArn: string, destinationArn: string | undefined, messagesPerSecond: number | undefined): MoveTask {
    const source = this.#broker.findByArn(sourceArn);
    if (source === undefined)
      throw sqsErrors.notFound("The resource that you specified for the SourceArn parameter doesn't exist.");
    if (destinationArn !== undefined && this.#broker.findByArn(destinationArn) === undefined) {
      throw sqsErrors.notFound("The resource that you specified for the DestinationArn parameter doesn't exist.");
    }
    if (!isDeadLetterQueue(this.#broker, sourceArn)) {
      throw sqsErrors.invalidParameter('Source queue must be configured as a Dead Letter Queue.');
    }
    if (this.list(sourceArn).some((task) => task.status === 'RUNNING')) {
      throw sqsErrors.unsupported(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    const task: MoveTask = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString('base64'),
      sourceArn,
      destinationArn,
      messagesPerSecond,
      startedAtMs: this.#clock.now(),
      toMove: source.queue.counts.ready,
      moved: 0,
      status: 'RUNNING',
    };
    this.#tasks.unshift(task);
    this.#tasks.splice(tasksMax);
    this.#step(task, source);
    return task;
  }

  /** Of one source, the newest first. */
  list(sourceArn: string): MoveTask[] {
    return this.#tasks.filter((task) => task.sourceArn === sourceArn);
  }

  cancel(handle: string): MoveTask {
    const task = this.#tasks.find((candidate) => candidate.handle === handle);
    if (task?.status !== 'RUNNING') throw sqsErrors.notFound('Task does not exist.');
    task.status = 'CANCELLED';
    return task;
  }

  #step(task: MoveTask, source: BrokerQueue): void {
    if (task.status !== 'RUNNING') return;
    const max = Math.min(task.messagesPerSecond ?? messagesPerStep, task.toMove - task.moved);
    const touched = new Set<BrokerQueue>();
    for (const message of readyMessages(source, max)) {
      const target = this.#broker.findByArn(task.destinationArn ?? message.sourceArn ?? '');
      if (target === undefined) {
        task.status = 'FAILED';
        task.failureReason = 'CouldNotDetermineMessageSource';
        break;
      }
      this.#move(message, source, target);
      task.moved += 1;
      touched.add(target);
    }
    if (task.status === 'RUNNING' && (task.moved >= task.toMove || touched.size === 0)) task.status = 'COMPLETED';
    for (const target of touched) target.owner.refresh();
    if (task.status !== 'RUNNING') return;
    this.#clock.schedule(task.messagesPerSecond === undefined ? 0 : 1_000, () => this.#step(task, source));
  }

  /** AWS treats a redriven message as a new one: new id, new time, nothing received yet. */
  #move(message: QueueMessage, source: BrokerQueue, target: BrokerQueue): void {
    this.#broker.move(message, source.queue.name, target, {
      id: randomUUID(),
      sentAtMs: this.#clock.now(),
      sourceArn: undefined,
      receiveCount: 0,
    });
    source.queue.remove(message);
  }
}

/** Whether any queue sends its dead letters to this one. */
export function isDeadLetterQueue(broker: Broker, arn: string): boolean {
  return broker.queues().some(({ queue }) => queue.settings.redrive?.deadLetterTargetArn === arn);
}

function readyMessages(source: BrokerQueue, max: number): QueueMessage[] {
  const found: QueueMessage[] = [];
  for (const message of source.queue.messages()) {
    if (found.length >= max) break;
    if (message.state === 'ready') found.push(message);
  }
  return found;
}
