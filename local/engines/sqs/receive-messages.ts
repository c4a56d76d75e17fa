import type { Broker } from './broker.ts';
import { receivedMessage } from './received-message.ts';
import type { ReceivedMessage, ReceiveOptions } from './sqs-engine.ts';
import { sqsErrors } from './sqs-errors.ts';
import { inFlightMax } from './structure/message-queue.ts';

/** Receives from a queue as the API and the pollers do; waits as long as asked, or as the queue says. */
export async function receiveMessages(
  broker: Broker,
  name: string,
  options: ReceiveOptions = {},
): Promise<ReceivedMessage[]> {
  const { owner, queue } = broker.get(name);
  if (queue.counts['in-flight'] >= inFlightMax) {
    if (queue.settings.fifo) return [];
    throw sqsErrors.overLimit();
  }
  const seconds = options.visibilityTimeoutSeconds;
  const messages = await owner.receive({
    max: options.max ?? 1,
    waitMs: options.waitMs ?? queue.settings.waitMs,
    visibilityMs: seconds === undefined ? undefined : seconds * 1_000,
    signal: options.signal,
  });
  return messages.map((message) => receivedMessage(message, name, queue.settings.fifo));
}
