import type { DeliveryTask } from '../../core/webhooks/delivery.ts';

const textFields = ['tenantId', 'deliveryId', 'webhookId', 'scope', 'sessionId'] as const;
const countFields = ['attempt', 'hops', 'replayAtMs'] as const;

/** Reads a task from a record of the deliveries queue. Throws for what can never be one; the record ends in the dead-letter queue. */
export function parseTask(text: string): DeliveryTask {
  const fields = parseJson(text) as Record<string, unknown> | null;
  const isTask =
    fields !== null &&
    typeof fields === 'object' &&
    fields.version === 1 &&
    Number.isSafeInteger(fields.sequence) &&
    countFields.every((name) => fields[name] === undefined || Number.isSafeInteger(fields[name])) &&
    (fields.body === undefined || typeof fields.body === 'string') &&
    textFields.every((name) => typeof fields[name] === 'string');
  if (!isTask) throw new Error('The record is not a delivery task.');
  return fields as unknown as DeliveryTask;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes what it read, and this one ends in a log.
    throw new Error('The record is not JSON.');
  }
}
