import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { waitFor } from '../../support/wait-for.ts';

export interface ReceivedWebhook {
  readonly webhookId: string;
  readonly at: number;
  readonly raw: string;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of every event type
  readonly body: any;
}

/** A tenant's web server: keeps every webhook, verifies each with `standardwebhooks`, answers 200 (or what `answer` says). */
export class Receiver {
  readonly all: ReceivedWebhook[] = [];
  /** Deliveries whose signature did not verify; every test expects none. */
  readonly unverified: string[] = [];
  /** Secrets by path, so that one receiver serves several webhooks. */
  readonly #secrets = new Map<string, string>();
  readonly #firstCopies = new Map<string, ReceivedWebhook>();
  readonly #server: Server;
  answer: (webhook: ReceivedWebhook) => number = () => 200;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const webhook = receiver.#take(request.url ?? '/', request.headers, Buffer.concat(chunks).toString());
        response.writeHead(receiver.answer(webhook)).end();
      });
    });
    return receiver;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  trust(path: string, secret: string): void {
    this.#secrets.set(path, secret);
  }

  /** First copies only, in the order of arrival. */
  events(type?: string): ReceivedWebhook[] {
    const firstCopies = [...this.#firstCopies.values()];
    return type === undefined ? firstCopies : firstCopies.filter(({ body }) => body.type === type);
  }

  /** Waits for the first event that fits. */
  event(type: string, fits: (body: ReceivedWebhook['body']) => boolean = () => true): Promise<ReceivedWebhook> {
    return waitFor(`a ${type} webhook`, () => this.events(type).find((webhook) => fits(webhook.body)));
  }

  duplicates(): number {
    return this.all.length - this.events().length;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #take(path: string, headers: Record<string, string | string[] | undefined>, raw: string): ReceivedWebhook {
    const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    const webhookId = flat['webhook-id'] ?? '';
    const secret = this.#secrets.get(path);
    if (secret !== undefined) {
      try {
        new Webhook(secret).verify(raw, flat);
      } catch (error) {
        this.unverified.push(`${webhookId}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    const webhook = { webhookId, at: Date.now(), raw, headers: flat, body: JSON.parse(raw) };
    this.all.push(webhook);
    if (!this.#firstCopies.has(webhookId)) this.#firstCopies.set(webhookId, webhook);
    return webhook;
  }
}
