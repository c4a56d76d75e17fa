import { createWriteStream, existsSync, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';

/** One line of the runner's log: who speaks, how important it is, what it says. */
export interface LogLine {
  readonly time: string;
  /** `runner`, `function`, `task` or `simulator`. */
  readonly source: string;
  /** Name of the function or task. */
  readonly name?: string | undefined;
  readonly level: LogLevel;
  readonly message: string;
  /** What a structured line held beyond the above. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Log {
  write(line: Omit<LogLine, 'time'>): void;
  /** The last lines, oldest first. */
  recent(filter: { readonly name?: string | undefined; readonly limit: number }): readonly LogLine[];
  close(): Promise<void>;
}

/** Lines that `GET /logs` can show. */
const recentLinesMax = 5_000;
/** One older file is kept beside the current one, so the log takes at most twice this. */
const fileBytesMax = 50 * 1024 * 1024;

/**
 * A log into a file of JSON lines, and into memory for the control page. `onLine` hears each line, for the terminal.
 *
 * @example const log = openLog('.wharf/data/logs/wharf.log', () => undefined); log.write({ source: 'runner', level: 'info', message: 'ready' });
 */
export function openLog(file: string, onLine: (line: LogLine) => void): Log {
  mkdirSync(dirname(file), { recursive: true });
  const recent: LogLine[] = [];
  let stream = openFile(file);
  let bytes = existsSync(file) ? statSync(file).size : 0;
  return {
    write: (given) => {
      const line: LogLine = { time: new Date().toISOString(), ...given };
      recent.push(line);
      // Cut in blocks: a shift per line would move the whole list each time.
      if (recent.length > recentLinesMax * 1.2) recent.splice(0, recent.length - recentLinesMax);
      const text = `${JSON.stringify(line)}\n`;
      if (bytes > fileBytesMax) {
        stream.end();
        renameSync(file, `${file}.1.log`);
        stream = openFile(file);
        bytes = 0;
      }
      bytes += Buffer.byteLength(text);
      stream.write(text);
      onLine(line);
    },
    recent: ({ name, limit }) => recent.filter((line) => name === undefined || line.name === name).slice(-limit),
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

function openFile(file: string): WriteStream {
  const stream = createWriteStream(file, { flags: 'a' });
  // A full disk must not end the stack; the terminal still shows warnings and errors.
  stream.on('error', (error) => process.stderr.write(`The log file cannot be written: ${error.message}\n`));
  return stream;
}
