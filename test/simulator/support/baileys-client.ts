import '../../../simulator/wire/silence-libsignal.ts';
import {
  type AuthenticationCreds,
  type AuthenticationState,
  type ConnectionState,
  type GroupMetadata,
  initAuthCreds,
  type MessageUserReceiptUpdate,
  makeWASocket,
  type SignalDataSet,
  type UserFacingSocketConfig,
  type WAMessage,
  type WAMessageUpdate,
  type WASocket,
} from '@whiskeysockets/baileys';
import { pino } from 'pino';
import { waitFor } from './wait-for.ts';

type Stored = Record<string, Record<string, unknown>>;

/** An auth state in memory: what a product keeps in its database. */
export class MemoryAuth {
  readonly creds: AuthenticationCreds = initAuthCreds();
  readonly #stored: Stored = {};

  get state(): AuthenticationState {
    return {
      creds: this.creds,
      keys: {
        get: async (type, ids) =>
          Object.fromEntries(
            ids.flatMap((id) => {
              const value = this.#stored[type]?.[id];
              return value === undefined || value === null ? [] : [[id, value]];
            }),
          ) as never,
        set: async (data: SignalDataSet) => {
          for (const [type, values] of Object.entries(data)) {
            this.#stored[type] = { ...this.#stored[type], ...structuredClone(values) };
          }
        },
      },
    };
  }
}

export interface Received {
  readonly type: 'append' | 'notify';
  readonly message: WAMessage;
}

/** An unmodified Baileys client of the simulator, with everything it has heard. */
export class BaileysClient {
  readonly auth: MemoryAuth;
  readonly received: Received[] = [];
  /** The same with protocol messages: edits, deletions, timers. */
  readonly every: WAMessage[] = [];
  readonly statuses: WAMessageUpdate[] = [];
  readonly groupReceipts: MessageUserReceiptUpdate[] = [];
  readonly groups: GroupMetadata[] = [];
  readonly connection: Partial<ConnectionState>[] = [];
  readonly acks: { id: string; error: string | undefined }[] = [];
  readonly notifications: string[] = [];
  histories = 0;
  socket: WASocket;
  readonly #url: string;
  /** The end of an outdated socket must not be taken for that of the newest. */
  #generation = 0;
  readonly #options: Partial<UserFacingSocketConfig>;

  constructor(url: string, auth = new MemoryAuth(), options: Partial<UserFacingSocketConfig> = {}) {
    this.#url = url;
    this.#options = options;
    this.auth = auth;
    this.socket = this.#open();
  }

  /** The newest QR text. */
  async qr(): Promise<string> {
    return waitFor('a QR', () => this.connection.findLast((update) => update.qr)?.qr);
  }

  /** Waits for the open connection after the newest `connect`. */
  async opened(): Promise<void> {
    await waitFor('an open connection', () => this.connection.some((update) => update.connection === 'open'));
  }

  /** The status code with which the connection has closed. */
  async closed(): Promise<number | undefined> {
    const update = await waitFor('the connection to close', () =>
      this.connection.find((each) => each.connection === 'close'),
    );
    const error = update.lastDisconnect?.error as { output?: { statusCode?: number } } | undefined;
    return error?.output?.statusCode;
  }

  /** Opens a new socket with the same credentials and waits until it is logged in. */
  async reconnect(): Promise<void> {
    this.restart();
    await this.opened();
  }

  /** Opens a new socket with the same credentials. */
  restart(): void {
    this.close();
    this.connection.length = 0;
    this.socket = this.#open();
  }

  close(): void {
    void this.socket.end(undefined);
  }

  texts(): string[] {
    return this.received.flatMap(({ message }) => {
      const text = message.message?.conversation ?? message.message?.extendedTextMessage?.text;
      return text ? [text] : [];
    });
  }

  /** What was told of the status of a message. A receipt that comes before the client shows its own message is folded into that one. */
  statusesOf(id: string): readonly WAMessageUpdate[] {
    const shown = this.received.filter(({ message }) => message.key.id === id);
    return [
      ...shown.map(({ message: { key, status } }) => ({ key, update: { status: status ?? null } })),
      ...this.statuses.filter(({ key }) => key.id === id),
    ];
  }

  /** Who has confirmed a message in a group, by receipts of their own or by such that were folded into the message. */
  confirmedBy(id: string): ReadonlySet<string> {
    const folded = this.received.flatMap(({ message }) => (message.key.id === id ? (message.userReceipt ?? []) : []));
    const own = this.groupReceipts.filter(({ key }) => key.id === id).map(({ receipt }) => receipt);
    return new Set([...folded, ...own].map(({ userJid }) => userJid ?? ''));
  }

  #open(): WASocket {
    const socket = makeWASocket({
      auth: this.auth.state,
      waWebSocketUrl: this.#url,
      logger: pino({ level: process.env.BAILEYS_LOG ?? 'silent' }) as never,
      ...this.#options,
    });
    socket.ev.on('creds.update', (update) => void Object.assign(this.auth.creds, update));
    const generation = ++this.#generation;
    socket.ev.on('connection.update', (update) => {
      if (generation === this.#generation) this.connection.push(update);
    });
    socket.ev.on('messages.upsert', ({ messages, type }) => {
      this.every.push(...messages);
      for (const message of messages) if (!message.message?.protocolMessage) this.received.push({ type, message });
    });
    socket.ev.on('messages.update', (updates) => void this.statuses.push(...updates));
    socket.ev.on('message-receipt.update', (updates) => void this.groupReceipts.push(...updates));
    socket.ev.on('groups.upsert', (groups) => void this.groups.push(...groups));
    socket.ev.on('messaging-history.set', () => {
      this.histories++;
    });
    socket.ws.on('CB:ack,class:message', ({ attrs }: { attrs: Record<string, string> }) => {
      this.acks.push({ id: attrs.id ?? '', error: attrs.error });
    });
    socket.ws.on('CB:notification', ({ attrs }: { attrs: Record<string, string> }) => {
      this.notifications.push(attrs.type ?? '');
    });
    return socket;
  }
}
