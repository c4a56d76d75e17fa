/** What has become of a message since it was written, as the phone shows it. */
export interface MessageState {
  /** The newest text, if it was edited. */
  edited?: string;
  /** Taken back by its author or by an admin. */
  deleted?: boolean;
  /** Emojis by the phone number of who reacted. */
  reactions?: Record<string, string>;
  /** Chosen options of a poll by the phone number of who voted. */
  votes?: Record<string, readonly string[]>;
}
