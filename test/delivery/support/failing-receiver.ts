import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook as Verifier } from 'standardwebhooks';

/** A receiver that fails at random, verifies everything with `standardwebhooks`, and counts what it took how often. */
export class FailingReceiver {
  /** How often it answered 200, by `webhook-id`. */
  readonly taken = new Map<string, number>();
  calls = 0;
  failures = 0;
  unverified = 0;
  readonly #server: Server;
  readonly #verifiers = new Map<string, Verifier>();
  readonly #failureShare: number;

  private constructor(failureShare: number) {
    this.#failureShare = failureShare;
    this.#server = createServer(async (request, response) => {
      response.writeHead(await this.#answer(request)).end();
    });
  }

  static async start(failureShare: number): Promise<FailingReceiver> {
    const receiver = new FailingReceiver(failureShare);
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  trust(path: string, secret: string): void {
    this.#verifiers.set(path, new Verifier(secret));
  }

  get duplicates(): number {
    return [...this.taken.values()].reduce((sum, times) => sum + times - 1, 0);
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The worker was killed in the middle of the request.
      return 400;
    }
    this.calls += 1;
    const body = Buffer.concat(chunks).toString('utf8');
    try {
      this.#verifiers.get(request.url ?? '')?.verify(body, request.headers as Record<string, string>);
    } catch {
      this.unverified += 1;
    }
    if (Math.random() < this.#failureShare) {
      this.failures += 1;
      return 500;
    }
    const id = String(request.headers['webhook-id']);
    this.taken.set(id, (this.taken.get(id) ?? 0) + 1);
    return 200;
  }
}
