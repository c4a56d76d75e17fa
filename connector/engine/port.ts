import type { Call } from '../../core/calls/call.ts';
import type { Group } from '../../core/directory/group.ts';
import type { Identity } from '../../core/identity.ts';
import type { MessageContent } from '../../core/messages/message.ts';
import type { MessageContext, MessageTarget } from '../../core/messages/message-content.ts';
import type { KeyVault } from '../keys/key-vault.ts';
import type { CallOutcome } from './call-outcome.ts';
import type { DirectoryEvent } from './directory-event.ts';
import type { MediaFile } from './media-file.ts';
import type { ProxyTrouble } from './proxy-trouble.ts';

/**
 * The port to WhatsApp. One implementation stands in `baileys/`; WhatsApp's passkey step may one day force a second one, so
 * nothing outside this folder knows more than what is here.
 */
export interface Engine {
  /**
   * Opens a socket: a login when the vault holds a linked device's credentials, else an attempt to link. Rejects only when the
   * vault fails; all else arrives as a `closed` event.
   */
  connect(options: ConnectOptions): Promise<EngineConnection>;
  /** Whether the vault holds the credentials of a linked device. */
  isLinked(vault: KeyVault): boolean;
}

export interface ConnectOptions {
  readonly sessionId: string;
  readonly vault: KeyVault;
  /** Number (digits) that asked for a pairing code: the code arrives as a `pairing_code` event. */
  readonly pairingPhone?: string;
  /** Show the account as online while this socket is open; then the owner's phone gets no notifications. */
  readonly markOnline?: boolean;
  /** Proxy that the socket goes through. Secret: it may hold a password. */
  readonly proxyUrl?: string;
  /** How the linked device is called on the phone; counts while linking. */
  readonly browserName?: string;
  /** Ends waiting for a turn: a first login may have to wait for others. */
  readonly signal?: AbortSignal;
  /** Called in order, never after `closed`. Must not throw. */
  onEvent(event: EngineEvent): void;
  /**
   * Makes a message durable. While it has not resolved, WhatsApp gets no receipt and the Signal ratchet is not stored; when it
   * rejects, the socket is closed and WhatsApp will deliver the message again.
   */
  onMessage(message: IncomingMessage): Promise<void>;
  /** Whether `onMessage` has resolved before for this message of this sender, in this process or an earlier one. */
  wasTaken(messageId: string, from: Identity): Promise<boolean>;
  /**
   * The protocol of a message that this session received or sent: for a phone that could not decrypt what was sent, and for votes and
   * edits, whose key travelled inside the message that they change.
   */
  findProtocol(messageId: string): Promise<Uint8Array | undefined>;
  /** A group as it was last seen, so that a send need not ask for its members. */
  findGroup(groupId: string): Promise<GroupSnapshot | undefined>;
}

/** A group, and under which of their addresses its members are written to. */
export interface GroupSnapshot {
  readonly group: Group;
  readonly addressing: 'phone' | 'lid';
}

export interface EngineConnection {
  /** Makes a message ready to be sent, uploading its medium. What comes out is stored and sent, at every try the same. Never throws. */
  compose(message: OutgoingMessage): Promise<ComposeOutcome>;
  /** Sends what was composed and waits for the server's answer. Never throws. */
  send(message: ComposedMessage): Promise<SendOutcome>;
  /** The account behind a phone number (digits), `null` when there is none, `undefined` when the server did not say. */
  findAccount(phone: string): Promise<Identity | null | undefined>;
  /** Writes the decrypted, verified bytes of a received medium into a file. Never throws. */
  fetchMedia(request: FetchMediaRequest): Promise<FetchMediaOutcome>;
  /** Whether WhatsApp lets the account begin new chats; `undefined` when it did not say. Never throws. */
  findReachOutLock(): Promise<ReachOutLock | undefined>;
  /** Asks WhatsApp something or does it there. Never throws. */
  call(call: Call): Promise<CallOutcome>;
  /** Tells the senders that their messages were read. */
  markRead(messages: readonly ReadMark[]): Promise<void>;
  showPresence(chatId: string, presence: 'typing' | 'recording' | 'paused'): Promise<void>;
  /**
   * Tells WhatsApp that this device is in use, online or not, and waits for a sign of life: milliseconds until it came, `undefined` when it did
   * not. Never throws.
   */
  probe(shown: { readonly isOnline: boolean }): Promise<number | undefined>;
  rejectCall(callId: string, rawCallerId: string): Promise<void>;
  /** Unlinks this device at WhatsApp and closes. */
  logOut(): Promise<void>;
  /** Lets running work end, flushes what is buffered, then closes. Emits no `closed`. */
  drain(): Promise<void>;
  /** Closes at once. Emits no `closed`. */
  terminate(): void;
}

export interface OutgoingMessage {
  readonly chatId: string;
  readonly messageId: string;
  readonly content: MessageContent;
  readonly context?: MessageContext;
  /** Protocol of the message that is replied to, reacted to, edited or deleted, if it is known. */
  readonly related?: Uint8Array;
  /** Of a medium: its bytes and what was found out about them. */
  readonly media?: MediaFile;
  /** Small JPEG beside a link's preview. */
  readonly previewPicture?: Uint8Array;
}

export type ComposeOutcome =
  | { readonly kind: 'composed'; readonly protocol: Uint8Array }
  /** It will never work. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface ComposedMessage {
  readonly chatId: string;
  readonly messageId: string;
  readonly protocol: Uint8Array;
  /** Of a status post: who may see it. */
  readonly audience?: readonly string[];
  /** Ask WhatsApp for the recipient's devices again instead of using remembered ones. */
  readonly refreshDevices?: boolean;
}

export interface FetchMediaRequest {
  /** Of the message that carries the medium. */
  readonly protocol: Uint8Array;
  readonly path: string;
  readonly bytesMax: number;
  readonly signal: AbortSignal;
}

export type FetchMediaOutcome =
  | { readonly kind: 'fetched'; readonly size: number; readonly sha256: string }
  /** It will never work: `too_large`, `expired`, `corrupt`, `unreadable`. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** A message that was read: its key as the stanza had it, or what the row says. */
export interface ReadMark {
  readonly messageId: string;
  readonly chatId: string;
  readonly from: Identity | null;
  readonly protocol?: Uint8Array;
}

/** While it is active the account may answer, but not begin chats. */
export interface ReachOutLock {
  readonly isActive: boolean;
  /** ISO 8601; null when WhatsApp names no end. */
  readonly until: string | null;
}

export type SendOutcome =
  | { readonly kind: 'acknowledged'; readonly at: string }
  /** WhatsApp answered with an error code. */
  | { readonly kind: 'refused'; readonly code: number }
  /** No answer, or the socket closed: the same id may be sent again. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** A decrypted message, in either direction: `fromMe` ones were written on the owner's phone. */
export interface IncomingMessage {
  readonly messageId: string;
  readonly fromMe: boolean;
  readonly chat: Identity;
  readonly from: Identity;
  readonly content: MessageContent;
  readonly context?: MessageContext;
  /**
   * The message as WhatsApp had it, opaque outside the engine: it is given back to quote the message, to fetch its medium, and to open votes
   * and edits. It holds keys, so it is stored sealed. Absent for what is too large to keep.
   */
  readonly protocol?: Uint8Array;
  /** ISO 8601, by WhatsApp's clock. */
  readonly sentAt: string;
  /** Delivered from WhatsApp's store after the session was away. */
  readonly delayed: boolean;
  /** Chat and sender as the stanza names them: the same at each redelivery, which `chat.id` need not be. */
  readonly rawChatId: string;
  readonly rawSenderId: string;
}

export interface Account {
  /** E.164 with a plus sign. */
  readonly phone?: string;
  readonly lid?: string;
  readonly name?: string;
}

export interface Closure {
  /** WhatsApp's code, or the one that Baileys gives a lost connection (408, 428). */
  readonly code: number;
  readonly reason: string;
  /** No socket came about, because of the session's own proxy. */
  readonly proxyTrouble?: ProxyTrouble;
  /** The QR references were used up. */
  readonly qrEnded?: boolean;
  /** Of code 402. */
  readonly banReason?: string;
  /** Of code 405: the next socket will use a newer version of the client than the refused one. */
  readonly newerVersionKnown?: boolean;
  /** Of code 402, ISO 8601. */
  readonly restrictedUntil?: string;
}

export type ReceiptStatus = 'delivered' | 'read' | 'played';

export type EngineEvent =
  /** A code to scan. Secret: whoever has it can link. */
  | { readonly type: 'qr'; readonly qr: string; readonly expiresAt: string }
  | { readonly type: 'pairing_code'; readonly code: string; readonly expiresAt: string }
  | { readonly type: 'pairing_failed'; readonly reason: string }
  /** The phone accepted; credentials are stored, and WhatsApp will ask for a new login. */
  | { readonly type: 'linked' }
  | { readonly type: 'open'; readonly account: Account }
  | { readonly type: 'account'; readonly account: Account }
  /** The phone asks for a passkey, which this engine cannot give. */
  | { readonly type: 'passkey_required' }
  | {
      readonly type: 'receipt';
      readonly status: ReceiptStatus;
      readonly messageIds: readonly string[];
      readonly at: string;
    }
  | DirectoryEvent
  | { readonly type: 'reach_out_lock'; readonly lock: ReachOutLock }
  | { readonly type: 'closed'; readonly closure: Closure };

export type { DirectoryEvent, MessageTarget };
