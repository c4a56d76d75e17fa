import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import type { Dial } from '../../../../../core/webhooks/guard/connect-checked.ts';
import { type ResolveHost, resolveHost } from '../../../../../core/webhooks/guard/resolve-host.ts';
import { forbiddenNames, publicNames } from './address-forms.ts';

/** Self-signed, for the sink only; it names the public hosts of `address-forms.ts`. */
export const sinkCertificate = readFileSync(join(import.meta.dirname, 'sink-certificate.pem'), 'utf8');
export const sinkKey = readFileSync(join(import.meta.dirname, 'sink-key.pem'), 'utf8');

/** A server on loopback that counts who came. */
export class LocalSink {
  connections = 0;
  requests = 0;
  listener: RequestListener = (_request, response) => response.end('ok');
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(protocol: 'http:' | 'https:'): Promise<LocalSink> {
    const server =
      protocol === 'http:' ? createHttpServer() : createHttpsServer({ key: sinkKey, cert: sinkCertificate });
    const sink = new LocalSink(server);
    server.on('connection', () => {
      sink.connections += 1;
    });
    server.on('request', (request, response) => {
      sink.requests += 1;
      sink.listener(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return sink;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Whatever address the guard lets through leads here: a leak becomes a connection that is counted. */
  get dial(): Dial {
    return () => connect({ host: '127.0.0.1', port: this.port });
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** Answers the names of the table and leaves literals and `localhost` to the real resolver. */
export const resolveFromTable: ResolveHost = async (hostname) => {
  const name = hostname.replace(/\.$/, '');
  const answer = { ...forbiddenNames, ...publicNames }[name];
  return answer ?? (await resolveHost(hostname));
};
