import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { JournalImage } from './journal-image.ts';
import { journalHead, journalLine, readJournal } from './journal-lines.ts';
import type { Journal, JournalRecord } from './journal-record.ts';

/** A journal shorter than this is not worth compacting. */
const compactBytesMin = 16 * 1024 * 1024;
/** A journal is compacted when it has grown to this many times what the queues hold. */
const compactGrowth = 4;
/** Lines are written in pieces of this size during compaction. */
const pieceCharacters = 1024 * 1024;

/** What the journal says, before anything is changed. Throws one sentence that names the file when it is damaged. */
export function readJournalFile(path: string): JournalImage {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
  try {
    return readJournal(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The queue journal ${path} is damaged (${reason}). Restore it or start with --fresh.`, {
      cause: error,
    });
  }
}

/**
 * Opens a journal and first writes it anew from `snapshot`, which leaves out what is deleted; the same happens each time it has grown to a
 * multiple of that. A record is with the operating system when `append` returns: it survives the end of this process, but not of the machine.
 */
export function openJournalFile(path: string, snapshot: () => Iterable<JournalRecord>): Journal {
  mkdirSync(dirname(path), { recursive: true });
  let { file, bytes } = rewrite(path, snapshot());
  let compactAtBytes = Math.max(compactBytesMin, bytes * compactGrowth);
  let brokenBy: unknown;
  const compact = (): void => {
    closeSync(file);
    ({ file, bytes } = rewrite(path, snapshot()));
    compactAtBytes = Math.max(compactBytesMin, bytes * compactGrowth);
  };
  return {
    append: (record) => {
      if (brokenBy !== undefined) throw new Error(`The queue journal ${path} is not usable.`, { cause: brokenBy });
      if (bytes > compactAtBytes) compact();
      try {
        bytes += writeWhole(file, journalLine(record));
      } catch (error) {
        brokenBy = cutBack(file, bytes);
        throw new Error(`The queue journal ${path} cannot be written: ${String(error)}`, { cause: error });
      }
    },
    close: () => {
      brokenBy = 'it is closed';
      closeSync(file);
    },
  };
}

/** The new file takes the old one's place only when it is complete. */
function rewrite(path: string, records: Iterable<JournalRecord>): { file: number; bytes: number } {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  // Appending always goes to the end, also after a failed write was cut away.
  const file = openSync(temporary, 'a', 0o600);
  let bytes = 0;
  let piece = `${journalHead}\n`;
  for (const record of records) {
    piece += journalLine(record);
    if (piece.length < pieceCharacters) continue;
    bytes += writeWhole(file, piece);
    piece = '';
  }
  bytes += writeWhole(file, piece);
  renameSync(temporary, path);
  return { file, bytes };
}

function writeWhole(file: number, text: string): number {
  const data = Buffer.from(text);
  for (let written = 0; written < data.length; ) written += writeSync(file, data, written);
  return data.length;
}

/** After a failed write (a full disk): takes half a line away again. Gives the reason why that failed too, if it did. */
function cutBack(file: number, bytes: number): unknown {
  try {
    ftruncateSync(file, bytes);
    return undefined;
  } catch (error) {
    return error;
  }
}
