import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataKeyStore } from '../../../core/sealing/data-key-store.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

describe('data keys', () => {
  let silent: Server;
  let endpoint: string;
  const answered: string[] = [];

  beforeAll(async () => {
    silent = createServer((request, response) => {
      const target = String(request.headers['x-amz-target']);
      answered.push(target);
      // The table has no key yet; KMS never answers.
      if (target.startsWith('DynamoDB')) response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    silent.closeAllConnections();
    silent.close();
  });

  it('fail within their time when KMS does not answer, and are asked for again at the next use', async () => {
    const common = { endpoint, region: 'us-east-1', credentials };
    const dataKey = createDataKeyStore({
      kms: new KMSClient(common),
      keyId: 'key',
      dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient(common)),
      tableName: 'keys',
      // Far above what the table's answer takes, which is bound by it as well.
      callMs: 1_000,
    });
    await expect(dataKey('usr_1')).rejects.toMatchObject({ name: 'AbortError' });
    const before = answered.length;
    await expect(dataKey('usr_1')).rejects.toThrow();
    expect(answered.length).toBeGreaterThan(before);
  });
});
