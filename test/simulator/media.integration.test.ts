import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { downloadMediaMessage, type WAMessage } from '@whiskeysockets/baileys';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/start-simulator.ts';
import type { BaileysClient } from './support/baileys-client.ts';
import { ControlClient } from './support/control-client.ts';
import { linkClient } from './support/link.ts';
import { trustMedia } from './support/trust-media.ts';
import { waitFor } from './support/wait-for.ts';

const owner = '491770000001';
const friend = '491770000002';
const friendJid = `${friend}@s.whatsapp.net`;
const videoBytes = 15 * 1024 * 1024;
let simulator: RunningSimulator;
let control: ControlClient;
let client: BaileysClient;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-media-test-'));
  simulator = await startSimulator();
  control = new ControlClient(simulator.controlUrl);
  await trustMedia(simulator);
  await control.post('/phones', { phone: owner });
  client = await linkClient(simulator, owner);
});

afterAll(async () => {
  client.close();
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

async function hashOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

async function received(
  body: Record<string, unknown>,
): Promise<{ sent: { id: string; sha256: string }; message: WAMessage }> {
  const sent = await control.post(`/phones/${friend}/messages`, { to: owner, ...body });
  const found = await waitFor('it', () => client.received.find(({ message }) => message.key.id === sent.id));
  return { sent, message: found.message };
}

function download(message: WAMessage): Promise<Readable> {
  const context = { logger: pino({ level: 'silent' }) as never, reuploadRequest: client.socket.updateMediaMessage };
  return downloadMediaMessage(message, 'stream', {}, context) as Promise<Readable>;
}

it.each([
  [{ image: { size: 100_000, caption: 'a picture' } }, { imageMessage: { caption: 'a picture' } }],
  [{ video: { size: videoBytes } }, { videoMessage: { mimetype: 'video/mp4' } }],
  [{ gif: { size: 5000 } }, { videoMessage: { gifPlayback: true } }],
  [{ audio: { size: 5000, seconds: 3 } }, { audioMessage: { seconds: 3 } }],
  [{ voice: { size: 64 * 1024, seconds: 12 } }, { audioMessage: { ptt: true, seconds: 12 } }],
  [
    { document: { base64: 'aGVsbG8=', fileName: 'hello.txt', mimeType: 'text/plain' } },
    { documentMessage: { fileName: 'hello.txt' } },
  ],
  [{ sticker: { size: 9000 } }, { stickerMessage: { mimetype: 'image/webp' } }],
])('brings %j byte for byte', async (body, expected) => {
  const { sent, message } = await received(body);
  expect(message.message).toMatchObject(expected);
  expect(await hashOf(await download(message))).toBe(sent.sha256);
});

it('sends a file that was given as it is, and shows it once', async () => {
  const bytes = Buffer.from('a file of its own');
  const uploaded = await control.request('POST', '/media', bytes.toString());
  expect(uploaded.body).toMatchObject({ size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  const { message } = await received({ image: { media: uploaded.body.media }, viewOnce: true });
  expect(message.message?.viewOnceMessageV2?.message?.imageMessage).toBeDefined();
  expect(await hashOf(await download(message))).toBe(uploaded.body.sha256);
});

it.each([
  [
    'image',
    { image: Buffer.alloc(70_000, 1), caption: 'mine', jpegThumbnail: '' },
    { kind: 'image', caption: 'mine', mimeType: 'image/jpeg' },
  ],
  ['gif', { video: Buffer.alloc(4000, 2), gifPlayback: true, jpegThumbnail: '' }, { kind: 'gif' }],
  ['audio', { audio: Buffer.alloc(5000, 3), mimetype: 'audio/mpeg', seconds: 2 }, { kind: 'audio', seconds: 2 }],
  [
    'voice',
    { audio: Buffer.alloc(64 * 1024, 4), ptt: true, seconds: 9, waveform: new Uint8Array(64) },
    { kind: 'voice', waveformBytes: 64 },
  ],
  [
    'document',
    { document: Buffer.alloc(900, 5), mimetype: 'application/pdf', fileName: 'a.pdf' },
    { kind: 'document', fileName: 'a.pdf' },
  ],
  ['sticker', { sticker: Buffer.alloc(3000, 6) }, { kind: 'sticker', mimeType: 'image/webp' }],
])('lets the phone decrypt a %s of the client', async (_name, content, expected) => {
  const bytes = Object.values(content)[0] as Buffer;
  const sent = await client.socket.sendMessage(friendJid, content as never);
  const view = await waitFor('the file', async () =>
    (await control.inbox(friend)).find(({ id }) => id === sent?.key.id),
  );
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(view).toMatchObject({ ...expected, sha256, size: bytes.length });
});

it('takes a large video of the client, and gives its bytes back', async () => {
  const { sent, message } = await received({ video: { size: videoBytes } });
  const file = join(folder, 'video');
  await pipeline(await download(message), createWriteStream(file));
  const back = await client.socket.sendMessage(friendJid, { video: { url: file }, jpegThumbnail: '' });
  const view = await waitFor('it', async () => (await control.inbox(friend)).find(({ id }) => id === back?.key.id));
  expect(view).toMatchObject({ kind: 'video', sha256: sent.sha256, size: videoBytes });
  const response = await fetch(`${simulator.controlUrl}/phones/${friend}/messages/${view.id}/file`);
  expect(await hashOf(response.body as never)).toBe(sent.sha256);
});

it('refuses uploads and loses files when told so', async () => {
  await control.post('/faults', { kind: 'refuse-uploads', phone: owner, count: 1 });
  const image = { image: Buffer.alloc(100, 7), jpegThumbnail: '' };
  await expect(client.socket.sendMessage(friendJid, image)).rejects.toThrow(/upload failed/);
  const { message } = await received({ image: { size: 1000 } });
  await control.post('/faults', { kind: 'lose-media', code: 404, count: 1 });
  await expect(fetch(message.message?.imageMessage?.url ?? '')).resolves.toMatchObject({ status: 404 });
  await expect(fetch(message.message?.imageMessage?.url ?? '')).resolves.toMatchObject({ status: 200 });
  await control.post('/faults', { kind: 'corrupt-media', count: 1 });
  const spoilt = await fetch(message.message?.imageMessage?.url ?? '');
  const whole = await fetch(message.message?.imageMessage?.url ?? '');
  expect(Buffer.from(await spoilt.arrayBuffer()).equals(Buffer.from(await whole.arrayBuffer()))).toBe(false);
});
