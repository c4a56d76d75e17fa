import { setTimeout as delay } from 'node:timers/promises';
import type { ReceivedMessage, SqsEngine } from '../engines/sqs/sqs-engine.ts';
import { ThrottledError } from '../lambda-host/function-pool.ts';
import { isJsonObject, type JsonObject } from '../template/template.ts';
import { failedMessages } from './failed-messages.ts';
import { compileFilter } from './filter-pattern.ts';
import type { MappingSpec } from './mapping-spec.ts';
import { sqsEvent } from './sqs-event.ts';

/** What SQS gives at once. */
const receiveMax = 10;
const waitMs = 20_000;
/** Lambda begins with this many batches at a time and adds more while all are busy. */
const loopsAtOnce = 5;
const loopsMax = 32;
const growMs = 100;
/** After a throttle or a fault of the engine a loop rests. */
const troublePauseMs = 500;

export interface QueuePollerOptions {
  readonly mapping: MappingSpec;
  readonly queue: Pick<SqsEngine, 'receive' | 'delete' | 'changeVisibility'>;
  readonly queueName: string;
  readonly region: string;
  /** Runs the function; a rejection is the failure of the whole batch. */
  invoke(event: object): Promise<unknown>;
  /** Hears of trouble that is the poller's own. */
  onTrouble(error: unknown): void;
}

export interface QueuePoller {
  /** Takes no new batches and waits for those under way. */
  stop(): Promise<void>;
}

/**
 * Feeds a function from a queue, as many batches at a time as the mapping allows. Messages that succeed are deleted; those that fail stay in flight
 * until their visibility timeout, as with Lambda, and go to the dead-letter queue by the queue's own rule.
 *
 * @example const poller = startQueuePoller({ mapping, queue: sqs, queueName, region, invoke, onTrouble }); await poller.stop();
 */
export function startQueuePoller(options: QueuePollerOptions): QueuePoller {
  const stopping = new AbortController();
  const fits = compileFilters(options.mapping);
  const loops = new Set<Promise<void>>();
  const most = Math.min(options.mapping.concurrency, loopsMax);
  let busy = 0;
  let timer: NodeJS.Timeout | undefined;
  const add = () => {
    const loop: Promise<void> = poll(options, fits, { signal: stopping.signal, onBusy, mayEnd }).finally(() =>
      loops.delete(loop),
    );
    loops.add(loop);
  };
  // A loop more only when all have been busy for a while: a loop that takes messages without a free environment only ages them.
  const grow = () => {
    timer = undefined;
    if (busy < loops.size || loops.size >= most || stopping.signal.aborted) return;
    add();
  };
  const onBusy = (change: 1 | -1) => {
    busy += change;
    if (busy === loops.size && loops.size < most) timer ??= setTimeout(grow, growMs);
  };
  const mayEnd = () => loops.size > loopsAtOnce;
  for (let count = 0; count < Math.min(loopsAtOnce, most); count += 1) add();
  return {
    stop: async () => {
      stopping.abort();
      clearTimeout(timer);
      await Promise.all(loops);
    },
  };
}

interface LoopControl {
  readonly signal: AbortSignal;
  onBusy(change: 1 | -1): void;
  /** Whether there are more loops than in quiet times. */
  mayEnd(): boolean;
}

async function poll(
  options: QueuePollerOptions,
  fits: (message: ReceivedMessage) => boolean,
  control: LoopControl,
): Promise<void> {
  while (!control.signal.aborted) {
    try {
      const received = await gather(options, control.signal);
      if (received.length === 0 && control.mayEnd()) return;
      const batch = received.filter(fits);
      for (const message of received) if (!batch.includes(message)) remove(options, message);
      if (batch.length > 0) await runBatch(options, batch, control);
    } catch (error) {
      options.onTrouble(error);
      // A fault of the engine would repeat at once and fill the log.
      await delay(troublePauseMs);
    }
  }
}

/** One batch: what is there, and with a batching window what comes until it is full or the window closes. */
async function gather(options: QueuePollerOptions, signal: AbortSignal): Promise<ReceivedMessage[]> {
  const { mapping, queue, queueName } = options;
  const receive = (wanted: number, wait: number) =>
    queue.receive(queueName, { max: Math.min(receiveMax, wanted), waitMs: wait, signal });
  const batch = await receive(mapping.batchSize, waitMs);
  if (batch.length === 0 || mapping.windowMs === 0) return batch;
  const closesAt = performance.now() + mapping.windowMs;
  while (batch.length < mapping.batchSize && !signal.aborted) {
    const remainingMs = closesAt - performance.now();
    if (remainingMs <= 0) break;
    batch.push(...(await receive(mapping.batchSize - batch.length, remainingMs)));
  }
  return batch;
}

async function runBatch(
  options: QueuePollerOptions,
  batch: readonly ReceivedMessage[],
  control: LoopControl,
): Promise<void> {
  const { mapping, queue, queueName, region } = options;
  let failed: ReadonlySet<string>;
  control.onBusy(1);
  try {
    const result = await options.invoke(sqsEvent(batch, mapping.queueArn, region));
    const ids = batch.map((message) => message.messageId);
    failed = mapping.reportsBatchItemFailures ? failedMessages(result, ids) : new Set();
  } catch (error) {
    if (error instanceof ThrottledError) {
      // As Lambda does: what was not given to the function goes back at once.
      for (const message of batch) queue.changeVisibility(queueName, message.receiptHandle, 0);
      await delay(troublePauseMs);
    }
    // The host has logged the failure; the whole batch comes again after its visibility timeout.
    return;
  } finally {
    control.onBusy(-1);
  }
  for (const message of batch) if (!failed.has(message.messageId)) remove(options, message);
}

/** A message whose visibility timeout has passed meanwhile belongs to the next receiver; on a standard queue it can still be deleted. */
function remove({ queue, queueName, onTrouble }: QueuePollerOptions, message: ReceivedMessage): void {
  try {
    queue.delete(queueName, message.receiptHandle);
  } catch (error) {
    onTrouble(error);
  }
}

function compileFilters(mapping: MappingSpec): (message: ReceivedMessage) => boolean {
  const filters = mapping.filters.map((pattern) => compileFilter(pattern, mapping.logicalId));
  if (filters.length === 0) return () => true;
  return (message) => {
    const value = filterValue(message);
    return filters.some((fits) => fits(value));
  };
}

/** A body in JSON is looked into, any other is compared as a text. */
function filterValue(message: ReceivedMessage): JsonObject {
  const attributes = { messageId: message.messageId, attributes: { ...message.systemAttributes } };
  try {
    const body: unknown = JSON.parse(message.body);
    return { ...attributes, body: isJsonObject(body) ? body : message.body };
  } catch {
    // Not JSON: patterns can still name the text.
    return { ...attributes, body: message.body };
  }
}
