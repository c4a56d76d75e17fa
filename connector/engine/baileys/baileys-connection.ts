import type { AuthenticationCreds, BaileysEventMap, WASocket } from '@whiskeysockets/baileys';
import type { Call } from '../../../core/calls/call.ts';
import type { Identity } from '../../../core/identity.ts';
import { createSerialQueue } from '../../concurrency/serial-queue.ts';
import { within } from '../../concurrency/within.ts';
import type { CallOutcome } from '../call-outcome.ts';
import type {
  Closure,
  ComposedMessage,
  ComposeOutcome,
  ConnectOptions,
  EngineConnection,
  EngineEvent,
  FetchMediaOutcome,
  FetchMediaRequest,
  OutgoingMessage,
  ReadMark,
  SendOutcome,
} from '../port.ts';
import { createAcknowledgements } from './acknowledgements.ts';
import type { EngineParts } from './baileys-engine.ts';
import { doCall } from './calls/do-call.ts';
import { composeMessage } from './compose-message.ts';
import { createIdentify } from './content/identify.ts';
import { createCredentialSaver } from './credential-saver.ts';
import { findAccount } from './find-account.ts';
import { findReachOutLock } from './find-reach-out-lock.ts';
import { createGroupLookups } from './groups/group-lookups.ts';
import { guardListeners } from './guard-listeners.ts';
import { guardSocket } from './guard-socket.ts';
import { jidOfChat } from './identity-of-jid.ts';
import { createInboundMessages } from './inbound-messages.ts';
import { listen } from './listen.ts';
import { markRead } from './mark-read.ts';
import { fetchMedia } from './media/fetch-media.ts';
import { type MediaNetwork, mediaNetworkOf } from './media/media-network.ts';
import { openSocket } from './open-socket.ts';
import { outsideTransactions } from './outside-transactions.ts';
import { probe } from './probe.ts';
import { readAccount } from './read-account.ts';
import { readClosure } from './read-closure.ts';
import { readReachOutLock } from './read-reach-out-lock.ts';
import { requestPairing } from './request-pairing.ts';
import { sendThroughSocket } from './send-through-socket.ts';
import { stayAway } from './stay-away.ts';

/** How long a graceful end waits for stanzas that are being handled. */
const barrierMs = 2_000;
const closeMs = 4_000;
const logOutMs = 10_000;
/** Lifetimes of codes in a round: the first QR lives a minute, the others 20 s. */
const firstQrMs = 60_000;
const laterQrMs = 20_000;

/** Of this process. Baileys hands over the buffers of stanzas; should a version of it copy them, this grows with each message. */
let unknownCiphertexts = 0;

/** One socket of one session, from `makeWASocket` to its end; a reconnect is a new object. */
export class BaileysConnection implements EngineConnection {
  readonly #parts: EngineParts;
  readonly #options: ConnectOptions;
  readonly #creds: AuthenticationCreds;
  readonly #socket: WASocket;
  readonly #acknowledgements;
  readonly #media: MediaNetwork;
  readonly #saver;
  /** Events wait for the credentials that belong to them, and must not overtake each other. */
  readonly #events = createSerialQueue();
  readonly #unwatch: () => void;
  /** What this socket named when it connected. */
  readonly #revision: number;
  #lastFrameAtMs: number;
  /** Set once this object is done: nothing is emitted, sent or published any more. */
  #closingSinceMs: number | undefined;
  #closeSeenAtMs: number | undefined;
  #qrsShown = 0;

  constructor(parts: EngineParts, wanted: ConnectOptions, creds: AuthenticationCreds) {
    const options = outsideTransactions(wanted);
    this.#parts = parts;
    this.#options = options;
    this.#creds = creds;
    this.#acknowledgements = createAcknowledgements(parts.now);
    this.#media = mediaNetworkOf(parts, options.proxyUrl);
    this.#saver = createCredentialSaver(creds, options.vault);
    this.#lastFrameAtMs = parts.monotonicNow();
    const groups = createGroupLookups({
      socket: () => this.#socket,
      findGroup: options.findGroup,
      vault: options.vault,
      emit: (event) => this.#emit(event),
      now: parts.now,
    });
    const inbound = createInboundMessages({
      creds,
      port: options,
      socket: () => this.#socket,
      isClosing: () => this.#closingSinceMs !== undefined,
      onUnknown: () => this.#countUnknown(),
      onLost: () => this.#end({ code: 500, reason: 'publish_failed' }),
      emit: (event) => this.#emit(event),
      learnGroup: groups.learn,
    });
    this.#revision = parts.versions.current;
    this.#socket = openSocket(parts, options, creds, { ...inbound, groups });
    guardSocket(this.#socket.ws, parts.mayAct);
    const { ws, ev } = this.#socket;
    const report = (error: unknown) => this.#warn('A listener failed; the session goes on', error);
    listen({
      socket: { ws: guardListeners(ws, report), ev: guardListeners(ev, report) },
      creds,
      saver: this.#saver,
      acknowledgements: this.#acknowledgements,
      inbound,
      now: parts.now,
      emit: (event) => this.#emit(event),
      onFrame: () => {
        this.#lastFrameAtMs = parts.monotonicNow();
      },
      onConnection: (update) => this.#onConnection(update),
    });
    options.vault.onFailure((failure) => {
      this.#end({ code: 500, reason: failure.fenced ? 'keys_fenced' : 'keys_unavailable' });
    });
    this.#unwatch = parts.watchdog.watch({
      lastFrameAtMs: () => this.#lastFrameAtMs,
      closingSinceMs: () => this.#waitingForCloseSinceMs(),
      terminate: () => this.#cut(),
    });
  }

  async compose(message: OutgoingMessage): Promise<ComposeOutcome> {
    if (this.#closingSinceMs !== undefined) return { kind: 'unknown', reason: 'connection_closed' };
    return composeMessage({ socket: this.#socket, network: this.#media, nowMs: this.#parts.now() }, message);
  }

  async send(message: ComposedMessage): Promise<SendOutcome> {
    if (this.#closingSinceMs !== undefined) return { kind: 'unknown', reason: 'connection_closed' };
    const parts = { socket: this.#socket, acknowledgements: this.#acknowledgements };
    return sendThroughSocket({ ...parts, giveUp: (reason) => this.#giveUp(reason) }, message);
  }

  async findAccount(phone: string): Promise<Identity | null | undefined> {
    try {
      return await findAccount(this.#socket, phone);
    } catch (error) {
      this.#warn('Could not ask whether a number is on WhatsApp', error);
      return undefined;
    }
  }

  fetchMedia(request: FetchMediaRequest): Promise<FetchMediaOutcome> {
    return fetchMedia(this.#socket, this.#media, request);
  }

  async findReachOutLock() {
    const report = (error: unknown) => this.#warn('Could not ask whether new chats are locked', error);
    return this.#closingSinceMs === undefined ? findReachOutLock(this.#socket, report) : undefined;
  }

  async call(call: Call): Promise<CallOutcome> {
    if (this.#closingSinceMs !== undefined) return { kind: 'failed', failure: 'not_connected' };
    const { vault } = this.#options;
    return doCall(call, {
      socket: this.#socket,
      now: this.#parts.now,
      identify: (jids) => createIdentify(vault, this.#own(), jids),
      findAccount: (phone) => this.findAccount(phone),
      emit: (event) => this.#emit(event),
    });
  }

  markRead(messages: readonly ReadMark[]): Promise<void> {
    return markRead(this.#socket, messages);
  }

  async showPresence(chatId: string, presence: 'typing' | 'recording' | 'paused'): Promise<void> {
    const names = { typing: 'composing', recording: 'recording', paused: 'paused' } as const;
    await this.#socket.sendPresenceUpdate(names[presence], jidOfChat(chatId));
  }

  async probe({ isOnline }: { readonly isOnline: boolean }): Promise<number | undefined> {
    if (this.#closingSinceMs !== undefined) return undefined;
    try {
      return await probe(this.#socket, { isOnline, monotonicNow: this.#parts.monotonicNow });
    } catch (error) {
      this.#warn('WhatsApp gave no sign of life', error);
      return undefined;
    }
  }

  rejectCall(callId: string, rawCallerId: string): Promise<void> {
    return this.#socket.rejectCall(callId, rawCallerId);
  }

  async logOut(): Promise<void> {
    try {
      await within(logOutMs, this.#socket.logout());
    } finally {
      await this.#close();
    }
  }

  async drain(): Promise<void> {
    const { messageMutex, receiptMutex, notificationMutex } = this.#socket;
    const nothing = async () => undefined;
    const barrier = Promise.all([messageMutex, receiptMutex, notificationMutex].map(({ mutex }) => mutex(nothing)));
    await within(barrierMs, barrier);
    // `end()` throws buffered events away although their receipts are out.
    this.#socket.ev.flush();
    await this.#close();
  }

  terminate(): void {
    this.#retire();
    this.#cut();
    this.#socket.end(undefined).catch((error: unknown) => this.#warn('Could not end a socket', error));
  }

  #onConnection(update: BaileysEventMap['connection.update']): void {
    const { qr, isNewLogin, connection, lastDisconnect, reachoutTimeLock: lock } = update;
    if (lock !== undefined) this.#emit({ type: 'reach_out_lock', lock: readReachOutLock(lock) });
    if (qr !== undefined) this.#onQr(qr);
    if (isNewLogin === true) this.#emit({ type: 'linked' });
    if (connection === 'open') {
      if (this.#options.markOnline !== true)
        stayAway(this.#socket, (error) => this.#warn('Could not stay away', error));
      this.#emit({ type: 'open', account: readAccount(this.#creds) });
    }
    if (connection === 'close') {
      this.#emitClosed(readClosure(lastDisconnect?.error, this.#parts.now()));
      this.#retire();
    }
  }

  #onQr(qr: string): void {
    const livesMs = this.#parts.qrLivesMs ?? (this.#qrsShown === 0 ? firstQrMs : laterQrMs);
    this.#qrsShown += 1;
    this.#emit({ type: 'qr', qr, expiresAt: new Date(this.#parts.now() + livesMs).toISOString() });
    const { pairingPhone } = this.#options;
    // Only now is the socket ready for it: earlier, the request would break the handshake.
    if (pairingPhone !== undefined && this.#qrsShown === 1) {
      this.#inOrder(async () =>
        this.#options.onEvent(await requestPairing(this.#socket, pairingPhone, this.#parts.now)),
      );
    }
  }

  #emit(event: EngineEvent): void {
    if (this.#closingSinceMs !== undefined) return;
    this.#inOrder(async () => {
      await this.#saver.settled();
      this.#options.onEvent(event);
    });
  }

  #countUnknown(): void {
    unknownCiphertexts += 1;
    const fields = { component: 'engine', alarm: 'unknown_ciphertext', sessionId: this.#options.sessionId };
    this.#parts.logger.warn(
      { ...fields, count: unknownCiphertexts },
      'A message was decrypted whose stanza is not known',
    );
  }

  /** Must not reject: what a session does with its events is no concern of the others. */
  #inOrder(work: () => Promise<void>): void {
    this.#events.run(work).catch((error: unknown) => this.#warn('An event could not be handed on', error));
  }

  #emitClosed(closure: Closure): void {
    if (closure.code !== 405) this.#emit({ type: 'closed', closure });
    else if (this.#closingSinceMs === undefined) this.#emitVersionRefused(closure);
  }

  #emitVersionRefused(closure: Closure): void {
    this.#inOrder(async () => {
      const newerVersionKnown = await this.#parts.versions.refused(this.#revision);
      this.#options.onEvent({ type: 'closed', closure: { ...closure, newerVersionKnown } });
    });
  }

  #giveUp(reason: string): SendOutcome {
    this.#end({ code: 408, reason });
    return { kind: 'unknown', reason };
  }

  /** Ends the socket for a reason of our own. */
  #end(closure: { readonly code: number; readonly reason: string }): void {
    this.#emit({ type: 'closed', closure });
    this.terminate();
  }

  async #close(): Promise<void> {
    this.#retire();
    await within(closeMs, this.#socket.end(undefined));
    this.#cut();
    await this.#saver.settled();
  }

  /** From here on nothing is emitted, sent or published. */
  #retire(): void {
    this.#closingSinceMs ??= this.#parts.monotonicNow();
    this.#acknowledgements.abandon();
    this.#unwatch();
  }

  #waitingForCloseSinceMs(): number | undefined {
    if (this.#socket.ws.isClosing) this.#closeSeenAtMs ??= this.#parts.monotonicNow();
    return this.#closeSeenAtMs;
  }

  #own() {
    return { id: this.#creds.me?.id ?? '', lid: this.#creds.me?.lid };
  }

  #cut(): void {
    (this.#socket.ws as unknown as { socket: { terminate(): void } | null }).socket?.terminate();
  }

  #warn(sentence: string, error: unknown): void {
    const reason = error instanceof Error ? error.message.slice(0, 200) : String(error);
    this.#parts.logger.warn({ component: 'engine', sessionId: this.#options.sessionId, reason }, sentence);
  }
}
