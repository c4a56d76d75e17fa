import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';

/** Above DynamoDB's 16 MB for a batch and SQS's 1 MiB; a larger body is a mistake or an attack on the runner's memory. */
const bodyBytesMax = 20 * 1024 * 1024;

/** The whole body of a request. Throws `RequestEntityTooLarge` (413) beyond 20 MiB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyBytesMax) throw new AwsError('RequestEntityTooLarge', 'The request is too large.', { status: 413 });
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}
