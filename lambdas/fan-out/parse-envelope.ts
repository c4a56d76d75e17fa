import { type EventEnvelope, eventTypes } from '../../core/events/event.ts';

/** The record is not an event and never will be: it goes to the dead-letter queue by its receive count. */
export class MalformedEventError extends Error {
  override readonly name = 'MalformedEventError';
}

const textFields = ['id', 'type', 'tenantId', 'sessionId', 'timestamp'] as const;

/** Reads an event from a record of the events queue. Throws `MalformedEventError`, which never quotes the content. */
export function parseEnvelope(text: string): EventEnvelope {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) throw new MalformedEventError('The record is not an object.');
  const fields = value as Record<string, unknown>;
  if (fields.version !== 1) throw new MalformedEventError('The record has an unknown version.');
  for (const name of textFields) {
    if (typeof fields[name] !== 'string' || fields[name] === '') {
      throw new MalformedEventError(`The record has no ${name}.`);
    }
  }
  if (!(eventTypes as readonly unknown[]).includes(fields.type)) {
    throw new MalformedEventError('The record has an unknown type.');
  }
  if (typeof fields.data !== 'object' || fields.data === null) {
    throw new MalformedEventError('The record has no data.');
  }
  return { metadata: {}, ...fields } as EventEnvelope;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes what it read, and this one ends in a log.
    throw new MalformedEventError('The record is not JSON.');
  }
}
