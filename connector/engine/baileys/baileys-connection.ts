import {
  type AuthenticationCreds,
  type BaileysEventMap,
  type BinaryNode,
  DEFAULT_CONNECTION_CONFIG,
  encodeWAMessage,
  makeWASocket,
  proto,
  unpadRandomMax16,
  type WASocket,
} from '@whiskeysockets/baileys';
import { createSerialQueue } from '../../concurrency/serial-queue.ts';
import { within } from '../../concurrency/within.ts';
import type { ConnectOptions, EngineConnection, EngineEvent, OutgoingMessage, SendOutcome } from '../port.ts';
import { acknowledgementMs, createAcknowledgements } from './acknowledgements.ts';
import type { EngineParts } from './baileys-engine.ts';
import { createCredentialSaver, isLinkedCredentials } from './credential-saver.ts';
import { durableRepository } from './durable-repository.ts';
import { identityOfJid, jidOfChat, phoneOfJid } from './identity-of-jid.ts';
import { quietLogger } from './quiet-logger.ts';
import { readAccount } from './read-account.ts';
import { readClosure } from './read-closure.ts';
import { readReceipt } from './read-receipt.ts';
import { readResentMessage } from './read-resent-message.ts';
import { readStanza } from './read-stanza.ts';
import { requestPairing } from './request-pairing.ts';
import { authenticationState, commonSocketOptions } from './socket-options.ts';
import { createStanzaTracker } from './stanza-tracker.ts';

/** Device lookups, key bundles and the write itself; beyond this the socket does not work. */
const relayMs = 40_000;
/** How long a graceful end waits for stanzas that are being handled. */
const barrierMs = 2_000;
const closeMs = 4_000;
const logOutMs = 10_000;
/** Lifetimes of codes in a round: the first QR lives a minute, the others 20 s. */
const firstQrMs = 60_000;
const laterQrMs = 20_000;

/** One socket of one session, from `makeWASocket` to its end; a reconnect is a new object. */
export class BaileysConnection implements EngineConnection {
  readonly #parts: EngineParts;
  readonly #options: ConnectOptions;
  readonly #creds: AuthenticationCreds;
  readonly #socket: WASocket;
  readonly #stanzas = createStanzaTracker();
  readonly #acknowledgements;
  readonly #saver;
  /** Events wait for the credentials that belong to them, and must not overtake each other. */
  readonly #events = createSerialQueue();
  readonly #unwatch: () => void;
  #lastFrameAtMs: number;
  /** Set once this object is done: nothing is emitted, sent or published any more. */
  #closingSinceMs: number | undefined;
  #closeSeenAtMs: number | undefined;
  #qrsShown = 0;

  constructor(parts: EngineParts, options: ConnectOptions, creds: AuthenticationCreds) {
    this.#parts = parts;
    this.#options = options;
    this.#creds = creds;
    this.#acknowledgements = createAcknowledgements(parts.now);
    this.#saver = createCredentialSaver(creds, options.vault);
    this.#lastFrameAtMs = parts.monotonicNow();
    this.#socket = this.#open();
    this.#listen();
    this.#unwatch = parts.watchdog.watch({
      lastFrameAtMs: () => this.#lastFrameAtMs,
      closingSinceMs: () => this.#waitingForCloseSinceMs(),
      terminate: () => this.#cut(),
    });
  }

  async send({ chatId, messageId, content, refreshDevices }: OutgoingMessage): Promise<SendOutcome> {
    if (this.#closingSinceMs !== undefined) return { kind: 'unknown', reason: 'connection_closed' };
    if (content.type !== 'text') return { kind: 'unknown', reason: 'content_not_supported' };
    const jid = jidOfChat(chatId);
    if (refreshDevices === true) await this.#socket.userDevicesCache?.del(jid.split('@')[0] ?? jid);
    const answer = this.#acknowledgements.expect(messageId);
    try {
      // Without `linkPreview` Baileys would fetch any address that stands in the text.
      const written = this.#socket.sendMessage(jid, { text: content.text, linkPreview: null }, { messageId });
      if ((await within(relayMs, written)) === undefined) return this.#giveUp('relay_timeout');
    } catch (error) {
      answer.forget();
      return { kind: 'unknown', reason: error instanceof Error ? error.message.slice(0, 120) : 'send_failed' };
    }
    const outcome = await answer.within(acknowledgementMs);
    return outcome.kind === 'unknown' && outcome.reason === 'no_acknowledgement'
      ? this.#giveUp(outcome.reason)
      : outcome;
  }

  async isOnWhatsApp(phone: string): Promise<boolean | undefined> {
    try {
      const answer = await this.#socket.onWhatsApp(phone);
      return answer?.some(({ exists }) => Boolean(exists));
    } catch (error) {
      this.#warn('Could not ask whether a number is on WhatsApp', error);
      return undefined;
    }
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

  #open(): WASocket {
    const { sessionId, vault, findSentMessage, markOnline } = this.#options;
    return makeWASocket({
      ...commonSocketOptions,
      markOnlineOnConnect: markOnline ?? commonSocketOptions.markOnlineOnConnect,
      ...this.#parts.cachesOf(sessionId),
      waWebSocketUrl: this.#parts.webSocketUrl,
      ...(this.#parts.qrLivesMs === undefined ? {} : { qrTimeout: this.#parts.qrLivesMs }),
      logger: quietLogger(this.#parts.logger, sessionId),
      auth: authenticationState(this.#creds, vault),
      makeSignalRepository: durableRepository({
        makeRepository: DEFAULT_CONNECTION_CONFIG.makeSignalRepository,
        addressLock: this.#parts.addressLock,
        publish: (ciphertext, plaintext, senderJid) => this.#publish(ciphertext, plaintext, senderJid),
        recallRepeat: (ciphertext, senderJid) => this.#recallRepeat(ciphertext, senderJid),
      }),
      getMessage: async ({ id }) => {
        const content = id ? await findSentMessage(id) : undefined;
        return content?.type === 'text' ? { extendedTextMessage: { text: content.text } } : undefined;
      },
    });
  }

  #listen(): void {
    const { ev, ws } = this.#socket;
    ws.on('frame', () => {
      this.#lastFrameAtMs = this.#parts.monotonicNow();
    });
    // Before Baileys' own listener, which starts the decryption.
    ws.prependListener('CB:message', (node: BinaryNode) => this.#stanzas.remember(node));
    ws.on('CB:ack,class:message', ({ attrs }: BinaryNode) => this.#acknowledgements.take(attrs));
    ws.on('CB:receipt', (node: BinaryNode) => {
      const receipt = readReceipt(node, this.#parts.now());
      if (receipt === undefined) return;
      this.#acknowledgements.takeReceipt(receipt.messageIds, receipt.at);
      this.#emit(receipt);
    });
    ws.on('CB:notification', ({ attrs, content }: BinaryNode) => {
      const names = [attrs.type, ...(Array.isArray(content) ? content.map(({ tag }) => tag) : [])];
      if (names.includes('passkey_prologue_request')) this.#emit({ type: 'passkey_required' });
    });
    ev.on('creds.update', (update) => {
      this.#saver.save();
      if (update.me?.name === undefined || !isLinkedCredentials(this.#creds)) return;
      this.#emit({ type: 'account', account: readAccount(this.#creds) });
    });
    // Caught before the buffer of Baileys, which forgets `requestId` and is emptied by the end of a socket.
    const emit = ev.emit.bind(ev);
    ev.emit = (event, data) => {
      if (event === 'messages.upsert') this.#onUpsert(data as BaileysEventMap['messages.upsert']);
      return emit(event, data);
    };
    ev.on('connection.update', (update) => this.#onConnection(update));
    this.#options.vault.onFailure((failure) => {
      this.#end({ code: 500, reason: failure.fenced ? 'keys_fenced' : 'keys_unavailable' });
    });
  }

  #onConnection({ qr, isNewLogin, connection, lastDisconnect }: BaileysEventMap['connection.update']): void {
    if (qr !== undefined) this.#onQr(qr);
    if (isNewLogin === true) this.#emit({ type: 'linked' });
    if (connection === 'open') this.#emit({ type: 'open', account: readAccount(this.#creds) });
    if (connection === 'close') {
      const closure = readClosure(lastDisconnect?.error, this.#parts.now());
      this.#emit({ type: 'closed', closure });
      this.#retire();
    }
  }

  /** Messages come out of the decryption itself; only what the phone sent again on request comes this way alone. */
  #onUpsert({ messages, requestId }: BaileysEventMap['messages.upsert']): void {
    const id = this.#creds.me?.id;
    if (requestId === undefined || id === undefined) return;
    for (const message of messages) {
      const incoming = readResentMessage(message, { id, lid: this.#creds.me?.lid });
      if (incoming === undefined || this.#closingSinceMs !== undefined) continue;
      this.#options.onMessage(incoming).catch(() => this.#end({ code: 500, reason: 'publish_failed' }));
    }
  }

  #onQr(qr: string): void {
    const livesMs = this.#parts.qrLivesMs ?? (this.#qrsShown === 0 ? firstQrMs : laterQrMs);
    this.#qrsShown += 1;
    this.#emit({ type: 'qr', qr, expiresAt: new Date(this.#parts.now() + livesMs).toISOString() });
    const { pairingPhone } = this.#options;
    // Only now is the socket ready for it: earlier, the request would break the handshake.
    if (pairingPhone !== undefined && this.#qrsShown === 1) {
      void this.#events.run(async () =>
        this.#options.onEvent(await requestPairing(this.#socket, pairingPhone, this.#parts.now)),
      );
    }
  }

  /** Runs inside the key transaction of the decryption; see `durable-repository.ts`. */
  async #publish(ciphertext: Uint8Array, plaintext: Uint8Array, senderJid: string): Promise<void> {
    const stanza = this.#stanzas.find(ciphertext);
    const id = this.#creds.me?.id;
    if (stanza === undefined || id === undefined) return;
    const message = readStanza({
      attrs: stanza.attrs,
      message: proto.Message.decode(unpadRandomMax16(plaintext)),
      me: { id, lid: this.#creds.me?.lid },
      knownAlternate: await this.#alternateOf(stanza, senderJid),
    });
    if (message === undefined) return;
    // After the end nothing may be committed that the next owner has not seen.
    if (this.#closingSinceMs !== undefined) throw new Error('The connection is closing.');
    try {
      await this.#options.onMessage(message);
    } catch (error) {
      // Ended before the error goes on: on an open socket Baileys would tell WhatsApp that it could not decrypt.
      this.#end({ code: 500, reason: 'publish_failed' });
      throw error;
    }
  }

  /** An empty message: Baileys acknowledges it and finds nothing to tell. */
  async #recallRepeat(ciphertext: Uint8Array, senderJid: string): Promise<Uint8Array | undefined> {
    const stanza = this.#stanzas.find(ciphertext);
    const id = stanza?.attrs.id;
    if (stanza === undefined || id === undefined) return undefined;
    const sender = stanza.attrs.participant || stanza.attrs.from || '';
    const from = identityOfJid(sender, await this.#alternateOf(stanza, senderJid));
    return (await this.#options.wasTaken(id, from)) ? encodeWAMessage({}) : undefined;
  }

  /** Baileys decrypts under the LID when it knows one, so that address is often the answer already. */
  async #alternateOf({ attrs }: BinaryNode, senderJid: string): Promise<string | undefined> {
    const sender = attrs.participant ?? attrs.from ?? '';
    if (phoneOfJid(sender) !== undefined) return senderJid.endsWith('lid') ? senderJid : undefined;
    return (await this.#socket.signalRepository.lidMapping.getPNForLID(sender)) ?? undefined;
  }

  #emit(event: EngineEvent): void {
    if (this.#closingSinceMs !== undefined) return;
    void this.#events.run(async () => {
      await this.#saver.settled();
      this.#options.onEvent(event);
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

  #cut(): void {
    (this.#socket.ws as unknown as { socket: { terminate(): void } | null }).socket?.terminate();
  }

  #warn(sentence: string, error: unknown): void {
    const reason = error instanceof Error ? error.message.slice(0, 200) : String(error);
    this.#parts.logger.warn({ component: 'engine', sessionId: this.#options.sessionId, reason }, sentence);
  }
}
