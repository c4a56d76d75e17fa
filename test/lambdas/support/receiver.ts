import type { IncomingHttpHeaders } from 'node:http';
import { Webhook as Verifier } from 'standardwebhooks';
import { LocalSink } from '../../core/webhooks/guard/support/local-sink.ts';

export interface ReceivedCall {
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  /** Whether `standardwebhooks` accepts body and headers with the secret of the path. */
  readonly isVerified: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A tenant's server on loopback: keeps every call, verifies it, and answers as told. */
export class Receiver {
  readonly calls: ReceivedCall[] = [];
  readonly #secrets = new Map<string, string>();
  readonly #sink: LocalSink;
  /** Undefined means that it never answers. */
  answer: (call: ReceivedCall) => Answer | undefined = () => ({ status: 200, body: 'thank you' });

  private constructor(sink: LocalSink) {
    this.#sink = sink;
  }

  static async start(): Promise<Receiver> {
    const sink = await LocalSink.start('http:');
    const receiver = new Receiver(sink);
    sink.listener = async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const call = receiver.#toCall(request.url ?? '', Buffer.concat(chunks).toString(), request.headers);
      receiver.calls.push(call);
      const answer = receiver.answer(call);
      if (answer !== undefined) response.writeHead(answer.status, answer.headers).end(answer.body);
    };
    return receiver;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.#sink.port}${path}`;
  }

  trust(path: string, secret: string): void {
    this.#secrets.set(path, secret);
  }

  callsTo(path: string): ReceivedCall[] {
    return this.calls.filter((call) => call.path === path);
  }

  stop(): Promise<void> {
    return this.#sink.stop();
  }

  #toCall(path: string, body: string, headers: IncomingHttpHeaders): ReceivedCall {
    try {
      new Verifier(this.#secrets.get(path) ?? '').verify(body, headers as Record<string, string>);
      return { path, body, headers, isVerified: true };
    } catch {
      return { path, body, headers, isVerified: false };
    }
  }
}
