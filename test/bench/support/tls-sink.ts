import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { sinkCertificate, sinkKey } from '../../core/webhooks/guard/support/local-sink.ts';

/** A receiver over TLS that answers at once, in a thread of its own so that its work is not counted as deliver's. */
export interface TlsSink {
  url(path: string): string;
  /** When each `webhook-id` came, in milliseconds since 1970. */
  arrivals(): Promise<ReadonlyMap<string, number>>;
  stop(): Promise<void>;
}

export async function startTlsSink(): Promise<TlsSink> {
  const worker = new Worker(new URL(import.meta.url), { workerData: 'tls-sink' });
  const [port] = (await once(worker, 'message')) as [number];
  return {
    url: (path) => `https://127.0.0.1:${port}${path}`,
    arrivals: async () => {
      worker.postMessage('collect');
      const [arrivals] = (await once(worker, 'message')) as [ReadonlyMap<string, number>];
      return arrivals;
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}

if (!isMainThread && workerData === 'tls-sink') {
  const arrivals = new Map<string, number>();
  const server = createServer({ key: sinkKey, cert: sinkCertificate }, (request, response) => {
    arrivals.set(String(request.headers['webhook-id']), performance.timeOrigin + performance.now());
    request.resume();
    response.end('ok');
  });
  parentPort?.on('message', () => parentPort?.postMessage(arrivals));
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
}
