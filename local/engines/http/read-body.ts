import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';

/** Above DynamoDB's 16 MB for a batch and SQS's 1 MiB; a larger body is a mistake or an attack on the runner's memory. */
const bodyBytesMax = 20 * 1024 * 1024;

/**
 * The whole body of a request or an answer. Throws `RequestEntityTooLarge` (413) beyond 20 MiB. By events, because an asynchronous
 * iterator costs several promises for each of thousands of small bodies.
 */
export function readBody(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyBytesMax) chunks.push(chunk);
      else reject(new AwsError('RequestEntityTooLarge', 'The request is too large.', { status: 413 }));
    });
    message.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    message.once('error', reject);
    message.once('close', () => {
      if (!message.complete) reject(new AwsError('RequestAborted', 'The other side went away.', { status: 400 }));
    });
  });
}
