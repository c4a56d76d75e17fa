import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SQSClient,
  type Message as SqsMessage,
} from '@aws-sdk/client-sqs';
import type { Command } from '../../core/commands/command.ts';
import { sleep } from '../concurrency/sleep.ts';
import { errorFields, type Logger } from '../logger.ts';
import { deadline } from '../storage/deadline.ts';
import type { CommandOutcome } from './send-message.ts';

export interface ShardReceiverOptions {
  /** A client of its own for the long polls: they must not take the connections of other calls. */
  readonly polling: SQSClient;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly shard: number;
  readonly handle: (command: Command, signal: AbortSignal) => Promise<CommandOutcome>;
  readonly logger: Logger;
}

/** A command in flight, and those of its session behind it. */
interface Held {
  readonly receiptHandle: string;
  readonly body: string;
  readonly group: string;
  /** How often the queue has given it out. */
  readonly receives: number;
}

/** `failed`: something threw, and will perhaps throw again. */
type Outcome = CommandOutcome | 'failed';

const waitSeconds = 20;
const batchMax = 10;
/**
 * FIFO blocks a session while one of its commands is invisible, so after a kill its next message waits up to this long. Shorter
 * than the restart of a process (about 2 s) gains nothing; 5 s leave room for three extensions, of which two may fail. Should
 * it run out all the same, the command comes to this very worker once more and waits behind itself, and its row says what was done.
 */
const visibilitySeconds = 5;
/**
 * Only what is held is extended, in batches of ten: no call while idle and none for a send of usual length, two calls in 3 s for a
 * session that waits for its connection.
 */
const extendEveryMs = 1_500;
/**
 * Commands of one shard that are in memory at once; beyond this the queue keeps them. A session that waits holds one (see `#extend`),
 * so this many sessions of a shard would have to be away at once before the others feel it.
 */
const heldMax = 1_000;
const pauseAfterFailureMs = 1_000;
/** A command that could not be handled comes back after this; its session's others wait behind it in the queue. */
const laterSeconds = 2;
/** A command that failed comes back after a time that doubles up to this: an outage of hours must not make it a dead letter. */
const failedSecondsMax = 60;
/** Running commands may end within this after `stop`. */
const stopMs = 2_000;

/**
 * Works off the commands of one shard: those of one session one after the other, different sessions in parallel. While a command
 * is held its visibility is extended, so it is handled by this process alone; when it cannot be handled, it goes back together
 * with all behind it, and FIFO keeps their order.
 */
export class ShardReceiver {
  readonly #options: ShardReceiverOptions;
  readonly #polling = new AbortController();
  readonly #working = new AbortController();
  readonly #held = new Map<string, Held>();
  readonly #groups = new Map<string, Held[]>();
  readonly #extending: NodeJS.Timeout;
  readonly #loop: Promise<void>;

  constructor(options: ShardReceiverOptions) {
    this.#options = options;
    this.#extending = setInterval(() => void this.#extend(), extendEveryMs);
    this.#loop = this.#receiveLoop();
  }

  /** Stops receiving, lets running commands end for a moment, and gives the rest back at once. */
  async stop(): Promise<void> {
    this.#polling.abort();
    await this.#loop;
    this.#working.abort();
    const giveUpAtMs = performance.now() + stopMs;
    while (this.#held.size > 0 && performance.now() < giveUpAtMs) await sleep(20);
    clearInterval(this.#extending);
    const rest = [...this.#held.values()];
    this.#held.clear();
    this.#groups.clear();
    await this.#changeVisibility(rest, 0);
  }

  async #receiveLoop(): Promise<void> {
    const { signal } = this.#polling;
    while (!signal.aborted) {
      if (this.#held.size >= heldMax) {
        await sleep(100, signal);
        continue;
      }
      try {
        for (const message of await this.#receive(signal)) this.#take(message);
      } catch (error) {
        if (signal.aborted) return;
        this.#options.logger.warn(
          { shard: this.#options.shard, ...errorFields(error) },
          'Commands could not be received',
        );
        await sleep(pauseAfterFailureMs, signal);
      }
    }
  }

  async #receive(signal: AbortSignal): Promise<SqsMessage[]> {
    const { Messages = [] } = await this.#options.polling.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#options.queueUrl,
        MaxNumberOfMessages: batchMax,
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: visibilitySeconds,
        MessageSystemAttributeNames: ['MessageGroupId', 'ApproximateReceiveCount'],
      }),
      { abortSignal: signal },
    );
    return Messages;
  }

  #take({ ReceiptHandle, Body, Attributes }: SqsMessage): void {
    if (ReceiptHandle === undefined || Body === undefined) return;
    const held = {
      receiptHandle: ReceiptHandle,
      body: Body,
      group: Attributes?.MessageGroupId ?? '',
      receives: Number(Attributes?.ApproximateReceiveCount ?? 1),
    };
    this.#held.set(held.receiptHandle, held);
    const waiting = this.#groups.get(held.group);
    if (waiting !== undefined) {
      waiting.push(held);
      return;
    }
    this.#groups.set(held.group, [held]);
    void this.#workGroup(held.group);
  }

  /** Never rejects: each command ends as done or later. */
  async #workGroup(group: string): Promise<void> {
    for (;;) {
      const [next] = this.#groups.get(group) ?? [];
      if (next === undefined) break;
      const outcome = this.#working.signal.aborted ? 'later' : await this.#handle(next);
      if (!this.#held.has(next.receiptHandle)) return;
      if (outcome !== 'done') {
        await this.#giveBack(group, outcome === 'failed' ? failedSeconds(next.receives) : laterSeconds);
        break;
      }
      await this.#delete(next);
      this.#held.delete(next.receiptHandle);
      this.#groups.get(group)?.shift();
    }
    this.#groups.delete(group);
  }

  async #handle({ body, group }: Held): Promise<Outcome> {
    const { handle, logger, shard } = this.#options;
    try {
      return await handle(JSON.parse(body) as Command, this.#working.signal);
    } catch (error) {
      logger.error({ shard, sessionId: group, ...errorFields(error) }, 'A command failed and goes back to the queue');
      return 'failed';
    }
  }

  /** Those behind the first are visible at once, but FIFO does not give them out before it. */
  async #giveBack(group: string, seconds: number): Promise<void> {
    const all = this.#groups.get(group) ?? [];
    for (const { receiptHandle } of all) this.#held.delete(receiptHandle);
    this.#groups.delete(group);
    await this.#changeVisibility(all.slice(0, 1), this.#working.signal.aborted ? 0 : seconds);
    await this.#changeVisibility(all.slice(1), 0);
  }

  /**
   * Extends the commands that are being handled, and gives back what waits behind one that takes long: FIFO keeps it behind the first,
   * and sessions that are away do not fill the memory of their shard.
   */
  async #extend(): Promise<void> {
    const waiting = [...this.#groups.values()].flatMap((group) => group.splice(1));
    for (const { receiptHandle } of waiting) this.#held.delete(receiptHandle);
    await Promise.all([
      this.#changeVisibility([...this.#held.values()], visibilitySeconds),
      this.#changeVisibility(waiting, 0),
    ]);
  }

  async #delete({ receiptHandle }: Held): Promise<void> {
    const input = { QueueUrl: this.#options.queueUrl, ReceiptHandle: receiptHandle };
    try {
      await this.#options.sqs.send(new DeleteMessageCommand(input), deadline());
    } catch (error) {
      // It comes once more, and its message's row says by then that it is done.
      this.#warn('A command could not be deleted', error);
    }
  }

  async #changeVisibility(held: readonly Held[], seconds: number): Promise<void> {
    const starts = Array.from({ length: Math.ceil(held.length / batchMax) }, (_, batch) => batch * batchMax);
    await Promise.all(starts.map((start) => this.#changeBatchVisibility(held.slice(start, start + batchMax), seconds)));
  }

  async #changeBatchVisibility(batch: readonly Held[], seconds: number): Promise<void> {
    const Entries = batch.map(({ receiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }));
    const input = { QueueUrl: this.#options.queueUrl, Entries };
    try {
      await this.#options.sqs.send(new ChangeMessageVisibilityBatchCommand(input), deadline());
    } catch (error) {
      // Without it the commands come back by themselves after their visibility timeout.
      this.#warn('The visibility of commands could not be changed', error);
    }
  }

  #warn(sentence: string, error: unknown): void {
    this.#options.logger.warn({ shard: this.#options.shard, ...errorFields(error) }, sentence);
  }
}

function failedSeconds(receives: number): number {
  return Math.min(failedSecondsMax, laterSeconds * 2 ** Math.min(receives - 1, 10));
}
