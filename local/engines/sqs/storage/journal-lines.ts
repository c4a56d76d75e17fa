import { crc32 } from 'node:zlib';
import { applyRecord, type JournalImage } from './journal-image.ts';
import type { JournalRecord } from './journal-record.ts';

/** First line of every journal; a later format has another number. */
export const journalHead = 'wharf-sqs-journal 1';

const checksumLength = 8;

/** One record as a line: checksum, space, JSON, line feed. */
export function journalLine(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

/**
 * Replays a journal. A last line without its line feed was being written when the process died; nobody was told that it succeeded, and it is
 * left out. Anything else that does not fit throws with the number of the line.
 */
export function readJournal(text: string): JournalImage {
  const image: JournalImage = new Map();
  const lines = text.split('\n');
  // What stands behind the last line feed: nothing, or the torn line.
  lines.pop();
  for (const [index, line] of lines.entries()) {
    if (index === 0 && line === journalHead) continue;
    try {
      if (index === 0) throw new Error('it does not begin as a journal of this version');
      applyRecord(image, readLine(line));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`line ${index + 1}: ${reason}`, { cause: error });
    }
  }
  return image;
}

function readLine(line: string): JournalRecord {
  const json = line.slice(checksumLength + 1);
  if (line.slice(0, checksumLength) !== checksum(json)) throw new Error('its checksum does not fit');
  return JSON.parse(json) as JournalRecord;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(checksumLength, '0');
}
