import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Engine, startS3 } from '../../../../local/engines/s3/index.ts';

const clientFor = (s3: S3Engine, accessKeyId = 'owner') =>
  new S3Client({ endpoint: s3.endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'x' } });

/** A URL with the outline of a presigned one; nobody here checks signatures. */
const presigned = (s3: S3Engine, key: string, signedAt: Date, expiresSeconds: number) => {
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'owner/20261122/us-east-1/s3/aws4_request',
    'X-Amz-Date': signedAt.toISOString().replace(/[-:]|\.\d+/g, ''),
    'X-Amz-Expires': String(expiresSeconds),
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': '0',
  });
  return `${s3.endpoint}/media/${key}?${query}`;
};

describe('S3', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-test-s3-'));
  let s3: S3Engine;
  let client: S3Client;
  beforeAll(async () => {
    s3 = await startS3({
      dataFolder: folder,
      authorize: ({ accessKeyId, action, resource }) =>
        accessKeyId === 'reader' && !(action === 's3:GetObject' && resource.startsWith('arn:aws:s3:::media/open/'))
          ? 'no identity-based policy allows it'
          : undefined,
    });
    s3.createBucket('media', {
      corsRules: [{ AllowedOrigins: ['https://app.example'], AllowedMethods: ['PUT'], AllowedHeaders: ['content-*'] }],
    });
    client = clientFor(s3);
  });
  afterAll(async () => {
    client.destroy();
    await s3.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const text = async (key: string) =>
    (await client.send(new GetObjectCommand({ Bucket: 'media', Key: key }))).Body?.transformToString();

  it('keeps bytes, type and metadata of an object', async () => {
    const Body = Buffer.from(Array.from({ length: 5_000 }, (_, index) => index % 256));
    await client.send(
      new PutObjectCommand({ Bucket: 'media', Key: 'a b/ü.bin', Body, ContentType: 'image/png', Metadata: { a: '1' } }),
    );
    const answer = await client.send(new GetObjectCommand({ Bucket: 'media', Key: 'a b/ü.bin' }));
    expect(Buffer.from(await answer.Body!.transformToByteArray()).equals(Body)).toBe(true);
    expect(answer).toMatchObject({ ContentType: 'image/png', Metadata: { a: '1' } });
  });

  it('lists, copies and deletes', async () => {
    await client.send(new PutObjectCommand({ Bucket: 'media', Key: 'list/1', Body: 'one' }));
    await client.send(new CopyObjectCommand({ Bucket: 'media', Key: 'list/2', CopySource: 'media/list/1' }));
    const listed = await client.send(new ListObjectsV2Command({ Bucket: 'media', Prefix: 'list/' }));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(['list/1', 'list/2']);
    const Objects = [{ Key: 'list/1' }, { Key: 'list/2' }];
    await client.send(new DeleteObjectsCommand({ Bucket: 'media', Delete: { Objects } }));
    await expect(text('list/2')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('answers a presigned URL until it expires', async () => {
    await client.send(new PutObjectCommand({ Bucket: 'media', Key: 'signed', Body: 'yes' }));
    const fresh = await fetch(presigned(s3, 'signed', new Date(), 60));
    expect(await fresh.text()).toBe('yes');
    const old = await fetch(presigned(s3, 'signed', new Date(Date.now() - 120_000), 60));
    expect(old.status).toBe(403);
    expect(await old.text()).toContain('<Code>AccessDenied</Code><Message>Request has expired</Message>');
    const upload = await fetch(presigned(s3, 'uploaded', new Date(), 60), { method: 'PUT', body: 'from a browser' });
    expect(upload.status).toBe(200);
    expect(await text('uploaded')).toBe('from a browser');
  });

  it('takes 15 MB and more in one request, as S3 does, and keeps their type', async () => {
    const bytes = randomBytes(20 * 1024 * 1024 + 1);
    const answer = await fetch(presigned(s3, 'large', new Date(), 60), {
      method: 'PUT',
      body: bytes,
      headers: { 'content-type': 'video/mp4' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toMatch(/^"[0-9a-f]{32}-3"$/);
    const read = await client.send(new GetObjectCommand({ Bucket: 'media', Key: 'large' }));
    expect(read).toMatchObject({ ContentType: 'video/mp4', ContentLength: bytes.length });
    expect(bytes.equals(Buffer.from(await read.Body!.transformToByteArray()))).toBe(true);
  });

  it('gives the response headers that a presigned GET asks for', async () => {
    await client.send(new PutObjectCommand({ Bucket: 'media', Key: 'typed', Body: '{}' }));
    const answer = await fetch(
      `${presigned(s3, 'typed', new Date(), 60)}&response-content-type=application%2Fjson&response-content-disposition=inline`,
    );
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('content-disposition')).toBe('inline');
  });

  it('answers the preflight of an allowed origin only', async () => {
    const preflight = (origin: string, headers = 'content-type') =>
      fetch(`${s3.endpoint}/media/x`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': headers },
      });
    const allowed = await preflight('https://app.example');
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect((await preflight('https://other.example')).status).toBe(403);
    expect((await preflight('https://app.example', 'x-other')).status).toBe(403);
  });

  it('refuses what the policies do not allow, naming caller, action and resource', async () => {
    const reader = clientFor(s3, 'reader');
    await client.send(new PutObjectCommand({ Bucket: 'media', Key: 'open/1', Body: 'open' }));
    const read = await reader.send(new GetObjectCommand({ Bucket: 'media', Key: 'open/1' }));
    expect(await read.Body?.transformToString()).toBe('open');
    await expect(
      reader.send(new PutObjectCommand({ Bucket: 'media', Key: 'open/1', Body: 'x' })),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
      message:
        'User: reader is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::media/open/1 because no identity-based policy allows it',
    });
    await expect(reader.send(new HeadObjectCommand({ Bucket: 'media', Key: 'signed' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    const Delete = { Objects: [{ Key: 'open/1' }] };
    await expect(reader.send(new DeleteObjectsCommand({ Bucket: 'media', Delete }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    reader.destroy();
  });

  it('speaks no other service', async () => {
    expect((await fetch(`${s3.endpoint}/`, { method: 'POST', body: 'Action=ListQueues' })).status).toBe(405);
    expect((await fetch(`${s3.endpoint}/_fauxqs/queues`)).status).toBe(405);
  });

  it('finds its objects again after a restart', async () => {
    await client.send(new PutObjectCommand({ Bucket: 'media', Key: 'kept', Body: 'still here' }));
    await s3.stop();
    client.destroy();
    s3 = await startS3({ dataFolder: folder });
    s3.createBucket('media');
    client = clientFor(s3);
    expect(await text('kept')).toBe('still here');
  });
});
