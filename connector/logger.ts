import { pino } from 'pino';

/** What the connector logs with: structured fields first, then one sentence. Never a key, a QR text, a code or a message's text. */
export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

const reasonCharactersMax = 300;

/**
 * A logger that writes JSON lines to stdout.
 *
 * @example createLogger('info', { workerId }).info({ shard: 3 }, 'Took a shard')
 */
export function createLogger(level: string, fields: Record<string, unknown>): Logger {
  return pino({
    level: level.toLowerCase(),
    base: fields,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  });
}

/**
 * An error as log fields: name and message. Whole errors stay out, since those of engines and SDKs carry requests and stanzas.
 *
 * @example logger.warn({ sessionId, ...errorFields(error) }, 'Could not write the status')
 */
export function errorFields(error: unknown): { error: string; reason: string; cause?: string } {
  if (!(error instanceof Error)) return { error: typeof error, reason: 'not an error' };
  const cause = error.cause instanceof Error ? { cause: error.cause.message.slice(0, reasonCharactersMax) } : {};
  return { error: error.name, reason: error.message.slice(0, reasonCharactersMax), ...cause };
}
