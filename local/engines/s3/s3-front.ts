import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Authorize } from '../engine.ts';
import { accessKeyIdOf } from '../http/access-key.ts';
import { AwsError } from '../http/aws-error.ts';
import { checkAccess } from '../http/check-access.ts';
import { type Listening, listen } from '../http/listen.ts';
import { readBody } from '../http/read-body.ts';
import { type CorsRule, corsHeaders } from './cors.ts';
import { isLargeUpload, putLarge } from './large-upload.ts';
import { presignedFault } from './presigned-expiry.ts';
import { accessesOf } from './s3-access.ts';
import { readS3Request, type S3Request } from './s3-request.ts';

export interface S3FrontOptions {
  readonly port: number;
  readonly storeEndpoint: string;
  readonly authorize: Authorize | undefined;
  readonly nowMs: () => number;
  corsRules(bucket: string): readonly CorsRule[];
}

const connectionsMax = 64;
const keyElement = /<Key>([^<]*)<\/Key>/g;

/** What the store does not do: expiry of presigned URLs, policies, CORS, large uploads in one request, and the response headers that a presigned GET may ask for. */
export async function startS3Front(options: S3FrontOptions): Promise<Listening> {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  const listening = await listen('S3', options.port, (request, response) => {
    handle(options, agent, request, response).catch((error: unknown) => sendError(request, response, error));
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
  options: S3FrontOptions,
  agent: Agent,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const copySource = request.headers['x-amz-copy-source'];
  const s3Request = readS3Request(
    request.method ?? 'GET',
    request.url ?? '/',
    typeof copySource === 'string' ? copySource : undefined,
  );
  if (s3Request.method === 'OPTIONS') return preflight(options, s3Request, request, response);
  setCorsHeaders(options, s3Request, request, response);
  refuseForeign(s3Request);
  refuseExpired(s3Request, options.nowMs());
  // Only this call names its keys in the body, which is small; all other bodies flow through.
  const body = s3Request.query.has('delete') ? await readBody(request) : undefined;
  const accessKeyId = accessKeyIdOf(request.headers.authorization, s3Request.query);
  const calls = accessesOf(s3Request, deletedKeys(body)).map((access) => ({ ...access, accessKeyId, context: {} }));
  checkAccess(options.authorize, calls, { code: 'AccessDenied', status: 403 });
  if (isLargeUpload(s3Request, request.headers)) {
    const answer = await putLarge({ endpoint: options.storeEndpoint, agent }, request);
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
    return;
  }
  await forward(options.storeEndpoint, agent, { request, response, body, query: s3Request.query });
}

function preflight(
  options: S3FrontOptions,
  { bucket }: S3Request,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const headers = corsHeaders(options.corsRules(bucket), {
    origin: String(request.headers.origin ?? ''),
    method: String(request.headers['access-control-request-method'] ?? ''),
    headers: String(request.headers['access-control-request-headers'] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  });
  if (headers === undefined) {
    throw new AwsError('AccessForbidden', 'CORSResponse: This CORS request is not allowed.', { status: 403 });
  }
  response.writeHead(200, headers);
  response.end();
}

function setCorsHeaders(
  options: S3FrontOptions,
  { bucket, method }: S3Request,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  const headers = corsHeaders(options.corsRules(bucket), { origin, method, headers: [] }) ?? {};
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/** The store speaks SQS and SNS too, at the root; here it is S3 only. */
function refuseForeign({ bucket, method }: S3Request): void {
  if (bucket !== '' && bucket !== '_fauxqs') return;
  if (bucket === '' && method === 'GET') return;
  throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', { status: 405 });
}

function refuseExpired({ query }: S3Request, nowMs: number): void {
  const fault = presignedFault(query, nowMs);
  if (fault === 'expired') throw new AwsError('AccessDenied', 'Request has expired', { status: 403 });
  if (fault === undefined) return;
  throw new AwsError('AuthorizationQueryParametersError', 'X-Amz-Date or X-Amz-Expires is missing or wrong.');
}

function deletedKeys(body: Buffer | undefined): string[] {
  if (body === undefined) return [];
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return [...body.toString('utf8').matchAll(keyElement)].map(([, key = '']) =>
    key.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] as string),
  );
}

function forward(
  endpoint: string,
  agent: Agent,
  call: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly body: Buffer | undefined;
    readonly query: URLSearchParams;
  },
): Promise<void> {
  const { request, response, body, query } = call;
  return new Promise((resolve, reject) => {
    const onward = httpRequest(new URL(request.url ?? '/', endpoint), {
      agent,
      method: request.method,
      headers: { ...request.headers, connection: 'keep-alive' },
    });
    onward.once('error', reject);
    onward.once('response', (answer) => {
      const { connection: _connection, 'keep-alive': _keepAlive, ...headers } = answer.headers;
      const overrides = answer.statusCode === 200 || answer.statusCode === 206 ? responseOverrides(query) : {};
      response.writeHead(answer.statusCode ?? 502, { ...headers, ...overrides });
      pipeline(answer, response).then(resolve, reject);
    });
    if (body === undefined) pipeline(request, onward).catch(reject);
    else onward.end(body);
  });
}

/** `response-content-type` and its like in the query of a GET replace the stored headers. */
function responseOverrides(query: URLSearchParams): Record<string, string> {
  const names = [
    'content-type',
    'content-disposition',
    'content-language',
    'content-encoding',
    'cache-control',
    'expires',
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
}

function sendError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known =
    error instanceof AwsError ? error : new AwsError('InternalError', String(error), { status: 500, cause: error });
  const message = known.message.replace(/[<&]/g, (character) => (character === '<' ? '&lt;' : '&amp;'));
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${known.code}</Code><Message>${message}</Message></Error>`;
  // The rest of an upload that was refused is not read, so the connection cannot be used again.
  response.writeHead(known.status, { 'content-type': 'application/xml', connection: 'close' });
  response.end(request.method === 'HEAD' ? undefined : body);
}
