import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { localAccessKeyId } from '../identity.ts';

/** An error answer of the engine; `name` is DynamoDB's, for example `ResourceNotFoundException`. */
export class DynamodbCallError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export type CallDynamodb = (operation: string, input: object) => Promise<Record<string, unknown>>;

/** Engines want the outline of a signed call but check nothing in it. */
const authorization = `AWS4-HMAC-SHA256 Credential=${localAccessKeyId}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0`;

/**
 * Calls the engine without the SDK, whose import alone would cost the runner's start more than the engine does.
 *
 * @example const call = createDynamodbCaller('http://127.0.0.1:8000'); await call('ListTables', {})
 */
export function createDynamodbCaller(endpoint: string): CallDynamodb {
  const url = new URL(endpoint);
  const plainAgent = new Agent({ keepAlive: true, maxSockets: 8 });
  return (operation, input) =>
    new Promise((resolve, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = send(url, {
        method: 'POST',
        ...(url.protocol === 'https:' ? {} : { agent: plainAgent }),
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `DynamoDB_20120810.${operation}`,
          'x-amz-date': '20260101T000000Z',
          authorization,
        },
      });
      request.once('error', reject);
      request.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          try {
            resolve(readAnswer(response.statusCode ?? 0, Buffer.concat(chunks).toString()));
          } catch (error) {
            reject(error);
          }
        });
      });
      request.end(JSON.stringify(input));
    });
}

function readAnswer(status: number, text: string): Record<string, unknown> {
  const body = JSON.parse(text) as Record<string, unknown>;
  if (status === 200) return body;
  const type = String(body.__type ?? 'UnknownError');
  throw new DynamodbCallError(type.slice(type.indexOf('#') + 1), String(body.message ?? body.Message ?? text));
}
