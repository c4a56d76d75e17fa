import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createObjectStore } from '../../connector/media/object-store.ts';
import { mediaObjectKey } from '../../core/messages/media.ts';
import { waitFor } from '../support/wait-for.ts';
import { startTestFleet, type TestFleet } from './support/test-fleet.ts';

const owner = '491564000001';
const friend = '491564000002';
const filmBytes = 15 * 1024 * 1024;

let fleet: TestFleet;
let sessionId: string;

beforeAll(async () => {
  fleet = await startTestFleet();
  fleet.startConnector();
  await fleet.control('POST', '/phones', { phone: friend });
  sessionId = await fleet.link(owner);
});
afterAll(() => fleet?.stop());

/** Bytes of the connector's memory that hold something of its own, as the kernel counts them. */
function anonymousBytes(processId: number): number {
  const line = /RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${processId}/status`, 'utf8'));
  return Number(line?.[1]) * 1024;
}

it('carries films of 15 MB in both directions byte for byte, in a small part of their size', async () => {
  const [worker] = await fleet.workers();
  const processId = worker?.processId ?? 0;
  const bytes = Buffer.concat([
    Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex'),
    randomBytes(filmBytes),
  ]);
  const path = join(tmpdir(), `wharf-film-${process.pid}`);
  await writeFile(path, bytes);
  const s3 = new S3Client({
    endpoint: fleet.s3.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const objects = createObjectStore({ s3, bucket: 'test-media' });
  const mediaId = 'med_film';
  await objects.putFile(mediaObjectKey(fleet.tenantId, sessionId, mediaId), {
    path,
    size: bytes.length,
    mimeType: 'video/mp4',
  });
  const media = {
    id: mediaId,
    mimeType: 'video/mp4',
    size: null,
    fileName: null,
    sha256: null,
    status: 'pending',
  } as const;

  const round = async () => {
    const sent = await fleet.sendContent(sessionId, friend, {
      content: { type: 'video', media },
      mediaSource: { kind: 'stored', mediaId },
    });
    const shown = await waitFor('the film on the phone', async () => {
      const { messages } = await fleet.control('GET', `/phones/${friend}/messages`);
      return messages.find(({ id }: { id: string }) => id === sent);
    });
    expect(shown).toMatchObject({ size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    const { id } = await fleet.control('POST', `/phones/${friend}/messages`, { to: owner, video: { size: filmBytes } });
    const arrived = await fleet.waitForEvent(
      'the film',
      ({ type, data }) => type === 'message.media' && data.messageId === id,
    );
    expect(arrived.data.media).toMatchObject({ status: 'available', size: filmBytes });
  };

  // Code that runs for the first time is compiled, and the heap takes its size.
  await round();
  await round();
  const before = anonymousBytes(processId);
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, anonymousBytes(processId));
  }, 10);
  await round();
  clearInterval(sampling);
  await rm(path);
  s3.destroy();
  const grownMegabytes = (most - before) / (1024 * 1024);
  process.stdout.write(`two films of 15 MB: the connector grew by ${grownMegabytes.toFixed(1)} MB\n`);
  expect(grownMegabytes).toBeLessThan(20);
});
