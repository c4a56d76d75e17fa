import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createGuardedAgent,
  type GuardedAgent,
  type GuardedAgentOptions,
} from '../../../../core/webhooks/guard/guarded-agent.ts';
import { type GuardedRequest, guardedRequest } from '../../../../core/webhooks/guard/guarded-request.ts';
import { LocalSink, sinkCertificate } from './support/local-sink.ts';

const loopback = ['127.0.0.1/32'];
const disposals: (() => unknown)[] = [];

afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

async function startSink(protocol: 'http:' | 'https:' = 'http:'): Promise<LocalSink> {
  const sink = await LocalSink.start(protocol);
  disposals.push(() => sink.stop());
  return sink;
}

function makeAgent(options: Partial<GuardedAgentOptions> = {}): GuardedAgent {
  const agent = createGuardedAgent({ allowedCidrs: loopback, certificateAuthorities: [sinkCertificate], ...options });
  disposals.push(() => agent.destroy());
  return agent;
}

function post(agent: GuardedAgent, url: string, more: Partial<GuardedRequest> = {}) {
  return guardedRequest(agent, { url, method: 'POST', headers: {}, body: Buffer.from('{}'), ...more });
}

describe('guardedRequest', () => {
  it('reaches loopback over http and any port only where the operator exempted it', async () => {
    const sink = await startSink();
    const url = `http://localhost:${sink.port}/hook?x=1`;
    expect(await post(makeAgent(), url)).toMatchObject({ kind: 'answer', statusCode: 200, head: Buffer.from('ok') });
    expect(await post(makeAgent({ allowedCidrs: [] }), url)).toMatchObject({ kind: 'failure', errorKind: 'blocked' });
    expect(sink.connections).toBe(1);
  });

  it('sends the body, the path and the headers as given', async () => {
    const sink = await startSink('https:');
    const seen: unknown[] = [];
    sink.listener = async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push([request.method, request.url, request.headers['x-test'], Buffer.concat(chunks).toString()]);
      response.writeHead(202).end('taken');
    };
    const outcome = await post(makeAgent(), `https://127.0.0.1:${sink.port}/a/b?c=d`, {
      headers: { 'x-test': 'yes' },
      body: Buffer.from('"\u2028 naïve 😀"'),
    });
    expect(outcome).toMatchObject({ kind: 'answer', statusCode: 202, isCut: false });
    expect(seen).toEqual([['POST', '/a/b?c=d', 'yes', '"\u2028 naïve 😀"']]);
  });

  it('answers with a redirect instead of following it', async () => {
    const sink = await startSink();
    const private_ = await startSink();
    sink.listener = (_request, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${private_.port}/` }).end();
    expect(await post(makeAgent(), `http://127.0.0.1:${sink.port}/`)).toMatchObject({
      kind: 'answer',
      statusCode: 307,
    });
    expect(private_.connections).toBe(0);
  });

  it('looks again at each new connection: a name that moved to a private address is not called', async () => {
    const sink = await startSink('https:');
    const answers = [['1.1.1.1'], ['169.254.169.254'], ['1.1.1.1']];
    const agent = makeAgent({ allowedCidrs: [], dial: sink.dial, resolve: async () => answers.shift() ?? [] });
    const fresh = { ...agent, agents: agent.freshAgents };
    expect(await post(fresh, 'https://example.com/')).toMatchObject({ kind: 'answer' });
    expect(await post(fresh, 'https://example.com/')).toMatchObject({ kind: 'failure', errorKind: 'blocked' });
    expect(sink.connections).toBe(1);
  });

  it('dials the address it checked, never the name', async () => {
    const sink = await startSink('https:');
    const dialled: string[] = [];
    let questions = 0;
    const agent = makeAgent({
      allowedCidrs: [],
      resolve: async () => (questions++ === 0 ? ['1.1.1.1'] : ['127.0.0.1']),
      dial: (address, port) => {
        dialled.push(address);
        return sink.dial(address, port);
      },
    });
    expect(await post(agent, 'https://example.com/')).toMatchObject({ kind: 'answer', statusCode: 200 });
    expect([questions, dialled]).toEqual([1, ['1.1.1.1']]);
  });

  it('tries the next address when the first does not accept', async () => {
    const sink = await startSink('https:');
    const closed = await LocalSink.start('http:');
    const closedPort = closed.port;
    await closed.stop();
    const agent = makeAgent({
      allowedCidrs: [],
      resolve: async () => ['1.1.1.1', '8.8.8.8'],
      dial: (address, port) =>
        address === '1.1.1.1' ? connect({ host: '127.0.0.1', port: closedPort }) : sink.dial(address, port),
    });
    expect(await post(agent, 'https://example.com/')).toMatchObject({ kind: 'answer', statusCode: 200 });
  });

  it('keeps a connection for the next request, over http and https', async () => {
    for (const protocol of ['http:', 'https:'] as const) {
      const sink = await startSink(protocol);
      const agent = makeAgent();
      const url = `${protocol}//127.0.0.1:${sink.port}/`;
      const first = await post(agent, url);
      expect(first).toMatchObject({ kind: 'answer', phases: { connectMs: expect.any(Number) } });
      for (let count = 0; count < 5; count++) expect(await post(agent, url)).not.toHaveProperty('phases');
      expect([sink.requests, sink.connections]).toEqual([6, 1]);
    }
  });

  it('replaces a pooled connection that died in the pool, once', async () => {
    const sink = await startSink();
    const agent = makeAgent();
    const url = `http://127.0.0.1:${sink.port}/`;
    await post(agent, url);
    // The server resets the pooled connection at the very moment the second request arrives on it.
    sink.listener = (request, response) => {
      if (sink.connections === 1) request.socket.resetAndDestroy();
      else response.end('fresh');
    };
    expect(await post(agent, url)).toMatchObject({ kind: 'answer', head: Buffer.from('fresh') });
    sink.listener = (request) => request.socket.resetAndDestroy();
    expect(await post(agent, url)).toMatchObject({ kind: 'failure', errorKind: 'http' });
  });

  it('cuts a receiver that never answers', async () => {
    const sink = await startSink();
    sink.listener = () => undefined;
    const outcome = await post(makeAgent(), `http://127.0.0.1:${sink.port}/`, { timeoutMs: 100 });
    expect(outcome).toMatchObject({ kind: 'failure', errorKind: 'timeout', blame: 'receiver' });
  });

  it('cuts a receiver that drips its body and keeps its status', async () => {
    const sink = await startSink();
    let closed = false;
    sink.listener = (_request, response) => {
      const timer = setInterval(() => response.write('.'), 10);
      response.on('close', () => {
        closed = true;
        clearInterval(timer);
      });
    };
    const outcome = await post(makeAgent(), `http://127.0.0.1:${sink.port}/`, { timeoutMs: 2_000 });
    expect(outcome).toMatchObject({ kind: 'answer', statusCode: 200, isCut: true });
    await expect.poll(() => closed, { timeout: 60_000 }).toBe(true);
  });

  it('reads 16 kB of an endless body, no more', async () => {
    const sink = await startSink();
    let closed = false;
    sink.listener = (_request, response) => {
      response.on('close', () => {
        closed = true;
      });
      const pour = (): void => {
        while (!closed && response.write(Buffer.alloc(64_000, 'x')));
        if (!closed) response.once('drain', pour);
      };
      pour();
    };
    const outcome = await post(makeAgent(), `http://127.0.0.1:${sink.port}/`);
    expect(outcome).toMatchObject({ kind: 'answer', isCut: true });
    expect(outcome.kind === 'answer' && outcome.head.length).toBe(16_384);
    await expect.poll(() => closed, { timeout: 60_000 }).toBe(true);
  });

  it('names what failed: name, connection, certificate, protocol', async () => {
    const sink = await startSink('https:');
    const url = `https://127.0.0.1:${sink.port}/`;
    expect(await post(makeAgent({ certificateAuthorities: [] }), url)).toMatchObject({ errorKind: 'tls' });
    expect(await post(makeAgent(), `http://127.0.0.1:${sink.port}/`)).toMatchObject({ errorKind: 'http' });
    await sink.stop();
    expect(await post(makeAgent(), url)).toMatchObject({ errorKind: 'connect', blame: 'receiver' });
    const nowhere = makeAgent({ resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })) });
    expect(await post(nowhere, 'https://nowhere.example/')).toMatchObject({ errorKind: 'dns', blame: 'receiver' });
    const noResolver = makeAgent({
      resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' })),
    });
    expect(await post(noResolver, 'https://nowhere.example/')).toMatchObject({ errorKind: 'dns', blame: 'ours' });
  });

  it('gives up on a silent name server and on a handshake that never ends', async () => {
    const silent = makeAgent({ resolve: () => new Promise(() => undefined), connectTimeoutMs: 50 });
    expect(await post(silent, 'https://example.com/')).toMatchObject({ errorKind: 'timeout' });
    const sink = await startSink();
    const agent = makeAgent({ tlsTimeoutMs: 50 });
    // A plain HTTP server waits for more of what it takes for a request line.
    const outcome = await post(agent, `https://127.0.0.1:${sink.port}/`);
    expect(outcome).toMatchObject({ kind: 'failure' });
  });

  it('refuses what is wrong in the URL itself', async () => {
    const agent = makeAgent();
    for (const url of [
      'ftp://1.1.1.1/',
      'https://a:b@1.1.1.1/',
      'https://1.1.1.1/#x',
      'nonsense',
      'https://1.1.1.1:22/',
    ]) {
      expect(await post(agent, url)).toMatchObject({ errorKind: 'blocked' });
    }
  });
});
