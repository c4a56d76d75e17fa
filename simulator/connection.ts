import type { WebSocket } from 'ws';
import type { Companion, CompanionSocket } from './accounts/companion.ts';
import { SerialQueue } from './accounts/serial-queue.ts';
import type { PairingAttempt } from './pairing/pair-device.ts';
import { greetClient } from './stanzas/greet-client.ts';
import { handleStanza } from './stanzas/handle-stanza.ts';
import type { Registration } from './wire/client-payload.ts';
import { FrameReader, frame } from './wire/frame-reader.ts';
import type { AddressForm } from './wire/jid.ts';
import { decodeNode, encodeNode, type Node } from './wire/node.ts';
import { NoiseServer } from './wire/noise-server.ts';
import type { World } from './world/world.ts';

/** Clients read the last stanza before they look at the close; the real service leaves about as much time. */
const closeDelayMs = 50;
/** A peer that does not answer the close frame loses its socket. */
const closeGraceMs = 1000;

/**
 * One WebSocket, from its first byte to its end.
 *
 * hello: waits for the client hello, answers it. -> finish
 * finish: waits for the client's key and payload. A device that wants to be linked is shown references for its QR (-> pairing); a linked
 *   device is checked and logged in (-> online), or refused (-> closed).
 * pairing: answers requests until the device is linked; then 515 tells the client to come back (-> closed).
 * online: stanzas go both ways; `isActive` once the client has asked for its messages.
 * closed: nothing is read or sent any more. Entered once, by whoever is first: the client, a fault, a conflict, the end of the server.
 *
 * Frames are worked off strictly one after the other, because decoding is asynchronous and nodes must not overtake each other. While the
 * connection is frozen (fault `silence`) nothing is read, and what is to be sent waits in `#held`.
 */
export class Connection implements CompanionSocket {
  readonly id: number;
  readonly world: World;
  /** The name and port by which the client has found the simulator: it finds the media server by the same. */
  readonly host: string | undefined;
  companion: Companion | undefined;
  registration: Registration | undefined;
  noiseKey: Buffer | undefined;
  attempt: PairingAttempt | undefined;
  isActive = false;
  /** Phones whose presence the client wants to hear of, and by which address. */
  readonly subscriptions = new Map<string, AddressForm>();
  readonly #socket: WebSocket;
  readonly #reader = new FrameReader();
  readonly #noise: NoiseServer;
  readonly #frames = new SerialQueue();
  readonly #held: Node[] = [];
  #state: 'hello' | 'finish' | 'open' | 'closed' = 'hello';
  #isFrozen = false;
  #closeReason: string | undefined;

  constructor(id: number, socket: WebSocket, world: World, host?: string) {
    this.id = id;
    this.host = host;
    this.world = world;
    this.#socket = socket;
    this.#noise = new NoiseServer(world.noise.staticKey, world.noise.certificate);
    socket.on('message', (data) => this.#receive(Buffer.isBuffer(data) ? data : Buffer.from(data as ArrayBuffer)));
    socket.on('error', (error) => world.logger.debug({ err: error, connection: id }, 'socket error'));
    socket.on('close', () => this.#closed('closed by the client'));
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  get phone(): string | undefined {
    return this.companion?.phone;
  }

  /** Sends one stanza. After the end it does nothing: what matters stands in the queue of the device. */
  send(stanza: Node): void {
    if (this.#state !== 'open') return;
    if (this.#isFrozen) this.#held.push(stanza);
    else this.#socket.send(frame(this.#noise.encrypt(encodeNode(stanza))));
  }

  /** Sends a last stanza and closes a moment later. */
  end(reason: string, last?: Node): void {
    if (last !== undefined) this.send(last);
    if (!this.#markClosed(reason)) return;
    this.world.timers.after(closeDelayMs, () => this.#socket.close(1000));
    setTimeout(() => this.#socket.terminate(), closeDelayMs + closeGraceMs).unref();
  }

  /** Cuts the line without a word. */
  drop(reason: string): void {
    this.#markClosed(reason);
    this.#socket.terminate();
  }

  /** Stops or resumes reading and sending, as a dead network does. */
  freeze(isFrozen: boolean): void {
    if (this.#isFrozen === isFrozen || this.isClosed) return;
    this.#isFrozen = isFrozen;
    if (isFrozen) {
      this.#socket.pause();
    } else {
      this.#socket.resume();
      for (const stanza of this.#held.splice(0)) this.send(stanza);
    }
  }

  #receive(bytes: Buffer): void {
    this.#frames
      .run(async () => {
        if (this.isClosed) return;
        for (const received of this.#reader.push(bytes)) await this.#handleFrame(received);
      })
      .catch((error) => {
        this.world.logger.warn({ err: error, connection: this.id, phone: this.phone }, 'connection given up');
        this.drop('protocol error');
      });
  }

  async #handleFrame(received: Buffer): Promise<void> {
    switch (this.#state) {
      case 'hello': {
        const answer = this.#noise.answerHello(this.#reader.prologue ?? Buffer.alloc(0), received);
        this.#socket.send(frame(answer));
        this.#state = 'finish';
        return;
      }
      case 'finish': {
        const client = this.#noise.finish(received);
        this.#state = 'open';
        this.noiseKey = client.staticKey;
        return greetClient(this, client);
      }
      case 'open':
        return handleStanza(this, await decodeNode(this.#noise.decrypt(received)));
      case 'closed':
        return;
    }
  }

  #markClosed(reason: string): boolean {
    if (this.isClosed) return false;
    this.#closeReason = reason;
    this.#closed(reason);
    return true;
  }

  #closed(reason: string): void {
    if (this.isClosed) return;
    this.#state = 'closed';
    this.isActive = false;
    if (this.companion?.socket === this) this.companion.socket = undefined;
    this.world.connections.delete(this);
    this.world.pairing.forget(this);
    this.attempt?.fail('The connection was closed.');
    this.world.events.add('socket-close', {
      connection: this.id,
      reason: this.#closeReason ?? reason,
      ...(this.companion === undefined ? {} : { phone: this.companion.phone, device: this.companion.device }),
    });
  }
}
