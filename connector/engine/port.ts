import type { Identity } from '../../core/identity.ts';
import type { MessageContent } from '../../core/messages/message.ts';
import type { KeyVault } from '../keys/key-vault.ts';
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
  /** Content of a message that this session sent, for a phone that could not decrypt it. */
  findSentMessage(messageId: string): Promise<MessageContent | undefined>;
}

export interface EngineConnection {
  /** Sends under the given id and waits for the server's answer. Never throws. */
  send(message: OutgoingMessage): Promise<SendOutcome>;
  /** Whether a phone number (digits) has an account; `undefined` when the server did not say. */
  isOnWhatsApp(phone: string): Promise<boolean | undefined>;
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
  /** Ask WhatsApp for the recipient's devices again instead of using remembered ones. */
  readonly refreshDevices?: boolean;
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
  | { readonly type: 'closed'; readonly closure: Closure };
