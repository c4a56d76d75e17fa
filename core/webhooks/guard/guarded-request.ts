import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AttemptErrorKind } from '../delivery.ts';
import type { ConnectionPhases } from './connect-checked.ts';
import { type Blame, GuardError } from './guard-error.ts';
import type { GuardedAgent } from './guarded-agent.ts';
import { errorCode } from './resolve-host.ts';
import { hostOf, parseTargetUrl, portOf } from './target-rules.ts';

export interface GuardedRequest {
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** From the call to the last byte that is read. */
  readonly timeoutMs?: number;
  readonly responseLimitBytes?: number;
}

export type GuardedOutcome = GuardedAnswer | GuardedFailure;

/** The receiver answered with a status, whatever it is. */
export interface GuardedAnswer {
  readonly kind: 'answer';
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  /** First bytes of the body, at most `responseLimitBytes`. */
  readonly head: Buffer;
  /** The body went on after `head`, or broke off. */
  readonly isCut: boolean;
  readonly durationMs: number;
  /** Absent on a pooled connection. */
  readonly phases?: ConnectionPhases;
  /** From the request's last byte sent to the answer's first. */
  readonly ttfbMs?: number;
}

/** No status came. `message` is fit for the tenant. */
export interface GuardedFailure {
  readonly kind: 'failure';
  readonly errorKind: AttemptErrorKind;
  readonly message: string;
  readonly blame: Blame;
  readonly durationMs: number;
}

const defaultTimeoutMs = 15_000;
const defaultResponseLimitBytes = 16 * 1_024;

/**
 * One HTTP request to a tenant's URL through the guard. Redirects are not followed: a 3xx is the answer. The body is read up to a
 * limit, then the connection is cut. Never rejects for what the other side does. A pooled socket that was reset before an answer
 * is replaced once.
 *
 * @example const outcome = await guardedRequest(agent, { url, method: 'POST', headers, body });
 */
export async function guardedRequest(agent: GuardedAgent, request: GuardedRequest): Promise<GuardedOutcome> {
  const startedAt = performance.now();
  const parsed = parseTargetUrl(request.url);
  if ('reason' in parsed) return failure('blocked', parsed.reason, startedAt);
  const deadline = startedAt + (request.timeoutMs ?? defaultTimeoutMs);
  const first = await exchange({ agent, request, url: parsed.url, startedAt, deadline, isFresh: false });
  if (first !== 'stale-socket') return first;
  const second = await exchange({ agent, request, url: parsed.url, startedAt, deadline, isFresh: true });
  return second === 'stale-socket' ? failure('http', 'The connection was reset.', startedAt) : second;
}

interface Exchange {
  readonly agent: GuardedAgent;
  readonly request: GuardedRequest;
  readonly url: URL;
  readonly startedAt: number;
  readonly deadline: number;
  readonly isFresh: boolean;
}

function exchange(context: Exchange): Promise<GuardedOutcome | 'stale-socket'> {
  return new Promise((resolve) => {
    const outgoing = openRequest(context);
    let answer: IncomingMessage | undefined;
    let sentAt = performance.now();
    let answeredAt = sentAt;
    const head = new HeadReader(context.request.responseLimitBytes ?? defaultResponseLimitBytes);
    const finish = (outcome: GuardedOutcome | 'stale-socket'): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const answered = (isCut: boolean): void => {
      if (answer === undefined) return;
      finish(toAnswer({ context, outgoing, response: answer, head: head.bytes(), isCut, ttfbMs: answeredAt - sentAt }));
      if (isCut) outgoing.destroy();
    };
    const timer = setTimeout(
      () => {
        // A request without a socket reports its end only once the socket is there, so the outcome comes first.
        if (answer === undefined) finish(failure('timeout', 'No answer came in time.', context.startedAt));
        answered(true);
        outgoing.destroy();
      },
      Math.max(0, context.deadline - performance.now()),
    );
    outgoing.on('finish', () => {
      sentAt = performance.now();
    });
    outgoing.on('response', (response) => {
      answer = response;
      answeredAt = performance.now();
      response.on('data', (chunk: Buffer) => {
        if (head.add(chunk) === 'full') answered(true);
      });
      response.on('end', () => answered(false));
      response.on('error', () => answered(true));
      response.on('close', () => answered(true));
    });
    outgoing.on('error', (error) => {
      if (answer !== undefined) answered(true);
      else finish(isStaleSocket(outgoing, error) ? 'stale-socket' : toFailure(error, context.startedAt));
    });
    outgoing.on('close', () => {
      if (answer === undefined) finish(failure('http', 'The connection closed without an answer.', context.startedAt));
    });
    outgoing.end(context.request.body);
  });
}

function openRequest({ agent, request, url, isFresh }: Exchange): ClientRequest {
  const protocol = url.protocol as 'http:' | 'https:';
  const agents = isFresh ? agent.freshAgents : agent.agents;
  const options = {
    method: request.method,
    host: hostOf(url),
    port: portOf(url),
    path: `${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      ...request.headers,
      ...(request.body !== undefined && { 'content-length': String(request.body.byteLength) }),
    },
  };
  return protocol === 'https:'
    ? httpsRequest({ ...options, agent: agents['https:'] })
    : httpRequest({ ...options, agent: agents['http:'] });
}

/** Keeps the first bytes of a body and says when it has enough. */
class HeadReader {
  readonly #limitBytes: number;
  readonly #chunks: Buffer[] = [];
  #length = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  add(chunk: Buffer): 'full' | 'more' {
    const room = this.#limitBytes - this.#length;
    const kept = Buffer.from(chunk.subarray(0, room));
    this.#chunks.push(kept);
    this.#length += kept.length;
    return chunk.length > room ? 'full' : 'more';
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

function toAnswer(input: {
  readonly context: Exchange;
  readonly outgoing: ClientRequest;
  readonly response: IncomingMessage;
  readonly head: Buffer;
  readonly isCut: boolean;
  readonly ttfbMs: number;
}): GuardedAnswer {
  const { socket, reusedSocket } = input.outgoing;
  const phases = reusedSocket || socket === null ? undefined : input.context.agent.phasesOf(socket);
  return {
    kind: 'answer',
    statusCode: input.response.statusCode ?? 0,
    headers: input.response.headers,
    head: input.head,
    isCut: input.isCut,
    // A receiver may answer before it has read everything.
    ttfbMs: Math.max(0, Math.round(input.ttfbMs)),
    durationMs: Math.round(performance.now() - input.context.startedAt),
    ...(phases !== undefined && { phases }),
  };
}

function toFailure(error: Error, startedAt: number): GuardedFailure {
  if (error instanceof GuardError) return failure(error.kind, error.message, startedAt, error.blame);
  const code = errorCode(error) || 'unknown';
  return failure('http', `The exchange broke off before an answer (${code}).`, startedAt);
}

function failure(
  errorKind: AttemptErrorKind,
  message: string,
  startedAt: number,
  blame: Blame = 'receiver',
): GuardedFailure {
  return { kind: 'failure', errorKind, message, blame, durationMs: Math.round(performance.now() - startedAt) };
}

/** The receiver closed an idle connection at the moment it was taken from the pool: no fault of anybody's. */
function isStaleSocket(outgoing: ClientRequest, error: Error): boolean {
  return outgoing.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(errorCode(error));
}
