import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { accessKeyIdOf } from './access-key.ts';
import { AwsError } from './aws-error.ts';
import { readBody } from './read-body.ts';

export interface AwsJsonCall {
  /** The part of `X-Amz-Target` behind the dot, for example `SendMessage`. */
  readonly operation: string;
  readonly accessKeyId: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Aborted when the caller goes away before the answer, as a client does that gives up a long poll. */
  readonly signal: AbortSignal;
}

export interface AwsJsonEndpointOptions {
  /** What the targets begin with, for example `AmazonSQS`. */
  readonly targetPrefix: string;
  readonly contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1';
  /** Sends `x-amzn-query-error`, as services with a query-protocol past do. */
  readonly queryErrors?: boolean;
  /** Written before the error's name in `__type`, for example `com.amazonaws.sqs#`. */
  readonly errorNamespace?: string;
  answer(call: AwsJsonCall): unknown;
}

/**
 * A request listener for the AWS JSON protocol: target in a header, JSON in, JSON out, errors as `__type` and `message`. An error that
 * is no `AwsError` is answered as `InternalFailure` with its message, since the reader is the developer at this machine.
 */
export function awsJsonEndpoint(options: AwsJsonEndpointOptions): (i: IncomingMessage, o: ServerResponse) => void {
  return (request, response) => {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    handle(options, request, gone.signal).then(
      (output) => send(response, options, 200, JSON.stringify(output ?? {}), {}),
      (error: unknown) => sendError(response, options, error),
    );
  };
}

async function handle(options: AwsJsonEndpointOptions, request: IncomingMessage, signal: AbortSignal) {
  const target = String(request.headers['x-amz-target'] ?? '');
  const body = await readBody(request);
  if (!target.startsWith(`${options.targetPrefix}.`)) {
    throw new AwsError('UnknownOperationException', `The target ${JSON.stringify(target)} is not known here.`);
  }
  return options.answer({
    operation: target.slice(options.targetPrefix.length + 1),
    accessKeyId: accessKeyIdOf(request.headers.authorization),
    input: parseInput(body),
    signal,
  });
}

function parseInput(body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Record<string, unknown>;
  } catch (error) {
    throw new AwsError('SerializationException', 'The request body is not JSON.', { cause: error });
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}

function sendError(response: ServerResponse, options: AwsJsonEndpointOptions, error: unknown): void {
  const known =
    error instanceof AwsError
      ? error
      : new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), { status: 500 });
  const type = `${options.errorNamespace ?? ''}${known.code}`;
  const fault = known.status < 500 ? 'Sender' : 'Receiver';
  const headers = options.queryErrors ? { 'x-amzn-query-error': `${known.queryCode};${fault}` } : {};
  const body = JSON.stringify({ __type: type, message: known.message, ...known.fields });
  send(response, options, known.status, body, { 'x-amzn-errortype': known.code, ...headers });
}

function send(
  response: ServerResponse,
  options: AwsJsonEndpointOptions,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': options.contentType,
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(body);
}
