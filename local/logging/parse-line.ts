import { isJsonObject, type Json } from '../template/template.ts';
import type { LogLevel, LogLine } from './log.ts';

/** Longer lines are cut: a runaway print must not fill the log with one line. */
const lineCharactersMax = 16_384;

/** pino's numbers. */
const levelOfNumber: readonly (readonly [number, LogLevel])[] = [
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [0, 'debug'],
];

/**
 * Reads one printed line. JSON lines of Powertools (`level: "INFO", message`) and of pino (`level: 30, msg`) keep their fields; any other text
 * becomes the message.
 *
 * @example parseLine('{"level":30,"msg":"connected","sessionId":"ses_1"}', 'info') // { level: 'info', message: 'connected', fields: { sessionId: 'ses_1' } }
 */
export function parseLine(text: string, otherwise: LogLevel): Pick<LogLine, 'level' | 'message' | 'fields'> {
  const cut = text.length > lineCharactersMax ? `${text.slice(0, lineCharactersMax)} (cut)` : text;
  const parsed = cut.startsWith('{') ? parseObject(cut) : undefined;
  if (parsed === undefined) return { level: otherwise, message: cut };
  const { level, message, msg, ...fields } = parsed;
  return { level: levelOf(level, otherwise), message: String(message ?? msg ?? ''), fields };
}

function parseObject(text: string): Readonly<Record<string, Json>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Not JSON after all: the caller keeps the text as it is.
    return undefined;
  }
}

function levelOf(level: Json | undefined, otherwise: LogLevel): LogLevel {
  if (typeof level === 'number') return levelOfNumber.find(([least]) => level >= least)?.[1] ?? otherwise;
  const name = String(level ?? '').toLowerCase();
  if (name === 'fatal' || name === 'critical') return 'error';
  if (name === 'trace') return 'debug';
  return name === 'debug' || name === 'info' || name === 'warn' || name === 'error' ? name : otherwise;
}
