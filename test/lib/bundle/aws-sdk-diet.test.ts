import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { awsSdkDiet } from '../../../lib/bundle/aws-sdk-diet.ts';
import { projectFolder } from '../../../lib/bundle/bundle.ts';

type Sdk = typeof import('@aws-sdk/client-dynamodb') & typeof import('@aws-sdk/client-kms');

const folder = mkdtempSync(join(tmpdir(), 'wharf-diet-'));
let sdk: Pick<
  Sdk,
  'DynamoDBClient' | 'PutItemCommand' | 'ConditionalCheckFailedException' | 'DynamoDBServiceException'
>;

beforeAll(async () => {
  const outfile = join(folder, 'sdk.mjs');
  await build({
    stdin: {
      contents:
        "export { DynamoDBClient, PutItemCommand, ConditionalCheckFailedException, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';",
      resolveDir: projectFolder,
    },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    plugins: [awsSdkDiet],
  });
  sdk = await import(pathToFileURL(outfile).href);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDOFFUNCTION');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'session-token');
}, 30_000);

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

interface SentRequest {
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends one write to a service that refuses its condition, and gives back what was sent and what was thrown. */
async function refusedWrite(): Promise<{ request: SentRequest | undefined; error: unknown }> {
  let request: SentRequest | undefined;
  const answer = {
    __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
    message: 'no',
    Item: { n: { N: '7' } },
  };
  const client = new sdk.DynamoDBClient({
    requestHandler: {
      handle: async (sent: SentRequest) => {
        request = sent;
        return { response: { statusCode: 400, headers: {}, body: Readable.from([JSON.stringify(answer)]) } };
      },
    } as never,
  });
  const error = await client.send(new sdk.PutItemCommand({ TableName: 't', Item: {} })).catch((thrown) => thrown);
  return { request, error };
}

describe('a client of the AWS SDK in the bundle of a function', () => {
  test('signs with the credentials of the environment', async () => {
    const { request } = await refusedWrite();
    expect(request?.headers.authorization).toContain('Credential=AKIDOFFUNCTION/');
    expect(request?.headers['x-amz-security-token']).toBe('session-token');
  });

  test('throws errors of their own class, name and fault, with what the service sent along', async () => {
    const { error } = await refusedWrite();
    expect(error).toBeInstanceOf(sdk.ConditionalCheckFailedException);
    expect(error).toBeInstanceOf(sdk.DynamoDBServiceException);
    expect(error).toMatchObject({
      name: 'ConditionalCheckFailedException',
      $fault: 'client',
      message: 'no',
      Item: { n: { N: '7' } },
    });
  });
});
