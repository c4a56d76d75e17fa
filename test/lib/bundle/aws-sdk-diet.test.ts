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
  readonly hostname: string;
}

/** Sends one write to a service that answers with an error, and gives back what was sent and what was thrown. */
async function refusedWrite(answer: object): Promise<{ request: SentRequest | undefined; error: unknown }> {
  let request: SentRequest | undefined;
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

const namespace = 'com.amazonaws.dynamodb.v20120810';
const refusedCondition = {
  __type: `${namespace}#ConditionalCheckFailedException`,
  message: 'no',
  Item: { n: { N: '7' }, b: { B: 'AQI=' } },
};

describe('a client of the AWS SDK in the bundle of a function', () => {
  test('signs with the credentials of the environment', async () => {
    const { request } = await refusedWrite(refusedCondition);
    expect(request?.headers.authorization).toContain('Credential=AKIDOFFUNCTION/');
    expect(request?.headers['x-amz-security-token']).toBe('session-token');
  });

  test('finds the service of its region by itself', async () => {
    const { request } = await refusedWrite(refusedCondition);
    expect(request?.hostname).toBe('dynamodb.us-east-1.amazonaws.com');
  });

  test('throws errors that carry something in their own class, with what the service sent along', async () => {
    const { error } = await refusedWrite(refusedCondition);
    expect(error).toBeInstanceOf(sdk.ConditionalCheckFailedException);
    expect(error).toBeInstanceOf(sdk.DynamoDBServiceException);
    expect(error).toMatchObject({
      name: 'ConditionalCheckFailedException',
      $fault: 'client',
      message: 'no',
      Item: { n: { N: '7' }, b: { B: Uint8Array.of(1, 2) } },
    });
  });

  test('throws errors that carry nothing by their name and with their fault', async () => {
    const { error } = await refusedWrite({ __type: `${namespace}#ResourceNotFoundException`, message: 'no table' });
    expect(error).toBeInstanceOf(sdk.DynamoDBServiceException);
    expect(error).toMatchObject({ name: 'ResourceNotFoundException', $fault: 'client', message: 'no table' });
  });
});
