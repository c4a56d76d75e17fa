import { type Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { readBody } from '../http/read-body.ts';
import type { S3Request } from './s3-request.ts';

/** The store takes no body above 11 MiB, and parts from 5 MiB on. */
const partBytes = 8 * 1024 * 1024;

/** What the store is told of an object when its upload begins. */
const keptHeaders = [
  'authorization',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
] as const;

export interface StoreAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Whether an upload in one request is larger than the store takes in one request. */
export function isLargeUpload({ method, key, query, copySource }: S3Request, headers: IncomingHttpHeaders): boolean {
  if (method !== 'PUT' || key === '' || copySource !== undefined || query.has('uploadId')) return false;
  // Chunks with signatures between them would become part of the object.
  if (String(headers['content-encoding'] ?? '').includes('aws-chunked')) return false;
  return Number(headers['content-length'] ?? 0) > partBytes;
}

/**
 * Hands a large upload on to the store in parts, one after the other, and answers as S3 does to a single request. At most one part is in memory.
 * The entity tag is the one of an upload in parts, which is not the MD5 of the whole.
 *
 * @example await putLarge({ endpoint, agent }, request)
 */
export async function putLarge(
  { endpoint, agent }: { readonly endpoint: string; readonly agent: Agent },
  request: IncomingMessage,
): Promise<StoreAnswer> {
  const { pathname } = new URL(request.url ?? '/', endpoint);
  const described = Object.fromEntries(
    Object.entries(request.headers).filter(
      ([name]) => (keptHeaders as readonly string[]).includes(name) || name.startsWith('x-amz-meta-'),
    ),
  );
  const ask = (method: string, query: string, body: Buffer, headers: IncomingHttpHeaders = {}) =>
    askStore(new URL(`${pathname}?${query}`, endpoint), { agent, method, headers }, body);
  const begun = await ask('POST', 'uploads=', Buffer.alloc(0), described);
  const uploadId = /<UploadId>([^<]+)<\/UploadId>/.exec(begun.body.toString())?.[1];
  if (uploadId === undefined) return begun;
  const upload = `uploadId=${encodeURIComponent(uploadId)}`;
  try {
    const tags: string[] = [];
    for await (const part of partsOf(request)) {
      const answer = await ask('PUT', `${upload}&partNumber=${tags.length + 1}`, part);
      if (answer.status !== 200) throw new Error(`The store answered ${answer.status} to a part.`);
      tags.push(String(answer.headers.etag));
    }
    const list = tags.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`);
    const xml = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`;
    const done = await ask('POST', upload, Buffer.from(xml), { 'content-type': 'application/xml' });
    const tag = /<ETag>([^<]+)<\/ETag>/.exec(done.body.toString())?.[1]?.replaceAll('&quot;', '"');
    if (done.status !== 200 || tag === undefined) return done;
    return { status: 200, headers: { etag: tag }, body: Buffer.alloc(0) };
  } catch (error) {
    await ask('DELETE', upload, Buffer.alloc(0));
    throw error;
  }
}

async function* partsOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size < partBytes) continue;
    yield Buffer.concat(chunks);
    chunks = [];
    size = 0;
  }
  if (!request.complete) throw new Error('The other side went away.');
  if (size > 0) yield Buffer.concat(chunks);
}

function askStore(
  url: URL,
  options: { readonly agent: Agent; readonly method: string; readonly headers: IncomingHttpHeaders },
  body: Buffer,
): Promise<StoreAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { ...options.headers, 'content-length': body.length, connection: 'keep-alive' };
    const request = httpRequest(url, { ...options, headers });
    request.once('error', reject);
    request.once('response', (answer) => {
      readBody(answer).then(
        (bytes) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
        reject,
      );
    });
    request.end(body);
  });
}
