import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Authorize } from '../engine.ts';
import { accessKeyIdOf } from '../http/access-key.ts';
import { AwsError } from '../http/aws-error.ts';
import { checkAccess } from '../http/check-access.ts';
import { type Listening, listen } from '../http/listen.ts';
import { readBody } from '../http/read-body.ts';
import type { LocalIdentity } from '../identity.ts';
import { accessesOf } from './dynamodb-access.ts';
import type { TableRegistry } from './table-registry.ts';

export interface DynamodbFrontOptions {
  readonly port: number;
  /** The engine's own endpoint; http only, since the front stands on the same machine. */
  readonly engineEndpoint: string;
  readonly authorize: Authorize;
  readonly identity: LocalIdentity;
  readonly tables: TableRegistry;
}

/** Connections to the engine that stay open; the engine works on one database, so more would only wait there. */
const connectionsMax = 64;

/** Asks the policies about every call and passes the allowed ones on, byte for byte. */
export async function startDynamodbFront(options: DynamodbFrontOptions): Promise<Listening> {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  const listening = await listen('DynamoDB', options.port, (request, response) => {
    handle(options, agent, request, response).catch((error: unknown) => sendError(response, error));
  });
  return {
    ...listening,
    close: async () => {
      await listening.close();
      agent.destroy();
    },
  };
}

async function handle(
  options: DynamodbFrontOptions,
  agent: Agent,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const target = String(request.headers['x-amz-target'] ?? '');
  if (target !== '') {
    const accessKeyId = accessKeyIdOf(request.headers.authorization);
    const accesses = accessesOf(target.slice(target.indexOf('.') + 1), parseBody(body), options);
    const calls = accesses.map((access) => ({ ...access, accessKeyId }));
    checkAccess(options.authorize, calls, { code: 'AccessDeniedException', status: 400 });
  }
  await forward(options.engineEndpoint, agent, request, body, response);
}

function parseBody(body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new AwsError('SerializationException', 'The request body is not JSON.', { cause: error });
  }
}

function forward(
  endpoint: string,
  agent: Agent,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onward = httpRequest(new URL(request.url ?? '/', endpoint), {
      agent,
      method: request.method,
      headers: { ...request.headers, 'content-length': body.length, connection: 'keep-alive' },
    });
    onward.once('error', reject);
    onward.once('response', (answer) => {
      // Collected and sent at once: piping costs two more system calls for each of thousands of small answers.
      readBody(answer)
        .then((bytes) => {
          const { connection: _connection, 'keep-alive': _keepAlive, ...headers } = answer.headers;
          delete headers['transfer-encoding'];
          response.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': bytes.length });
          response.end(bytes);
        })
        .then(resolve, reject);
    });
    onward.end(body);
  });
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known =
    error instanceof AwsError
      ? error
      : new AwsError('InternalServerError', String(error), { status: 500, cause: error });
  const namespace =
    known.code === 'AccessDeniedException' ? 'com.amazon.coral.service#' : 'com.amazonaws.dynamodb.v20120810#';
  const body = JSON.stringify({ __type: `${namespace}${known.code}`, message: known.message, Message: known.message });
  response.writeHead(known.status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
