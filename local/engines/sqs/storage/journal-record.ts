import type { MessageProgress, StoredMessage } from '../structure/queue-message.ts';
import type { QueueAttributes } from '../structure/queue-settings.ts';

/** One change to the queues, as a line of the journal. Replaying all lines in order gives the queues back. */
export type JournalRecord =
  | {
      readonly kind: 'queue';
      readonly queue: string;
      readonly attributes: QueueAttributes;
      readonly tags: Readonly<Record<string, string>>;
      readonly createdAtMs: number;
      readonly modifiedAtMs: number;
      readonly lastSequence: number;
    }
  | { readonly kind: 'drop'; readonly queue: string }
  | { readonly kind: 'purge'; readonly queue: string }
  | {
      readonly kind: 'send';
      readonly queue: string;
      readonly message: StoredMessage;
      readonly progress: Readonly<MessageProgress>;
      readonly deduplicationKey?: string | undefined;
    }
  | { readonly kind: 'take'; readonly queue: string; readonly taken: readonly TakenMessage[] }
  | { readonly kind: 'hide'; readonly queue: string; readonly messageId: string; readonly visibleAtMs: number }
  | { readonly kind: 'delete'; readonly queue: string; readonly messageIds: readonly string[] }
  /** Out of `queue` and into `to` at once, so that no crash between the two loses or doubles the message. */
  | {
      readonly kind: 'move';
      readonly queue: string;
      readonly messageId: string;
      readonly to: string;
      readonly message: StoredMessage;
      readonly progress: Readonly<MessageProgress>;
    }
  /** A send remembered after its message was deleted; written only when the journal is compacted. */
  | {
      readonly kind: 'remember';
      readonly queue: string;
      readonly deduplicationKey: string;
      readonly messageId: string;
      readonly sequence: number;
      readonly sentAtMs: number;
    };

export interface TakenMessage extends MessageProgress {
  readonly messageId: string;
}

/** Where the changes go: a file, or nowhere when the queues live in memory. */
export interface Journal {
  /** Returns when the record would survive the end of this process, however it ends. */
  append(record: JournalRecord): void;
  close(): void;
}

export const noJournal: Journal = { append: () => undefined, close: () => undefined };
