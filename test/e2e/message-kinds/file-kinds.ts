import { expect } from 'vitest';
import { type Conversation, sha256 } from './conversation.ts';
import { film, picture, sound, voiceNote, wave } from './files.ts';
import { type Act, type Kind, originOf, type Talk } from './kind.ts';

type Body = Record<string, unknown>;

interface FileToSend {
  readonly body: Body;
  /** What the phone must hold, byte for byte; absent where Wharf converts. */
  readonly exact?: Buffer;
}

/** The API sends a file; the phone holds the bytes to which `GET /media/{id}` of the message leads, and which were given. */
function sendsFile(make: (talk: Talk) => Promise<FileToSend>, shows: Body, to?: (talk: Talk) => Body): Act {
  return async (talk) => {
    const { conversation, cell } = talk;
    const { body, exact } = await make(talk);
    const id = await conversation.post(String(to?.(talk).to ?? cell.to), { ...body, ...to?.(talk) });
    const shown = await conversation.shown(cell.person.phone, id);
    expect(shown).toMatchObject({ copies: 1, ...shows });
    expect(shown.mediaError).toBeUndefined();
    await conversation.event('message.sent', id);
    const { media } = await conversation.message(id);
    expect(media).toMatchObject({ status: 'available', sha256: shown.sha256, size: shown.size });
    expect(await conversation.sha256Of(media.id)).toBe(shown.sha256);
    if (exact !== undefined) expect(shown.sha256).toBe(sha256(exact));
  };
}

/** A phone sends a file; the webhook tells it, then where its bytes are, and those are what the phone has sent. */
function receivesFile(content: Body, data: Body, more: Body | ((talk: Talk) => Body) = {}): Act {
  return async (talk) => {
    const { conversation, cell } = talk;
    const given = typeof more === 'function' ? more(talk) : more;
    const { id, sha256: sent } = await conversation.write(cell.person.phone, cell, { ...content, ...given });
    const told = await conversation.event('message.received', id);
    const chat = given.to === undefined ? {} : { chat: { id: given.to } };
    expect(told.data).toMatchObject({ ...originOf(cell), ...chat, ...data });
    expect(await arrivedSha256(conversation, id)).toBe(sent);
  };
}

async function arrivedSha256(conversation: Conversation, id: string): Promise<string> {
  const { media } = (await conversation.event('message.media', id)).data;
  expect(media).toMatchObject({ status: 'available' });
  const read = await conversation.sha256Of(media.id);
  expect(read).toBe(media.sha256);
  return read;
}

const inline = (type: string, bytes: Buffer, more: Body = {}) => ({
  type,
  media: { base64: bytes.toString('base64'), ...more },
});

const whole = async (type: string, bytes: Buffer, more: Body = {}): Promise<FileToSend> => ({
  body: { ...inline(type, bytes), ...more },
  exact: bytes,
});

/** What carries a file. */
export const fileKinds: readonly Kind[] = [
  {
    name: 'Image',
    takes:
      '`type: "image"`, `media` by `id` of an upload, `url` or `base64`; JPEG and PNG byte for byte, others made into JPEG; with a preview',
    carries: '`media` and `caption`; `message.media` follows once the bytes can be read',
    send: sendsFile(async () => whole('image', await picture(), { caption: 'look' }), {
      kind: 'image',
      caption: 'look',
      mimeType: 'image/png',
      width: 300,
      height: 200,
      hasThumbnail: true,
    }),
    receive: receivesFile({ image: { size: 4_000, caption: 'look' } }, { type: 'image', caption: 'look' }),
  },
  {
    name: 'Video',
    takes: '`type: "video"`, MP4, 3GPP or QuickTime; sent as it is, without preview picture and duration',
    carries: '`media` with `durationSeconds`, and `caption`',
    send: sendsFile(
      async ({ site }) => ({ body: { type: 'video', media: { url: `${site}/film` }, caption: 'watch' } }),
      {
        kind: 'video',
        caption: 'watch',
        mimeType: 'video/mp4',
      },
    ),
    receive: receivesFile(
      { video: { size: 9_000, seconds: 3 } },
      { type: 'video', media: expect.objectContaining({ durationSeconds: 3 }) },
    ),
  },
  {
    name: 'GIF',
    takes: '`type: "gif"`, an MP4 that phones play in a loop',
    carries: '`type: "gif"`, `media`',
    send: sendsFile(() => whole('gif', film(5_000)), { kind: 'gif' }),
    receive: receivesFile({ gif: { size: 3_000 } }, { type: 'gif' }),
  },
  {
    name: 'Audio',
    takes: '`type: "audio"`, MP3, MP4, AAC, AMR or Ogg; sent as it is',
    carries: '`type: "audio"`, `media`',
    send: sendsFile(() => whole('audio', sound()), { kind: 'audio', mimeType: 'audio/mpeg' }),
    receive: receivesFile({ audio: { size: 3_000 } }, { type: 'audio' }),
  },
  {
    name: 'Voice note',
    takes:
      '`type: "voice"`, Ogg Opus in mono byte for byte; WAV, MP3, FLAC, Vorbis and stereo are converted, AAC is not',
    carries: '`type: "voice"`, `media` with `durationSeconds`',
    send: sendsFile(({ cell }) => (cell.group === undefined ? whole('voice', voiceNote(3_000)) : converted()), {
      kind: 'voice',
      mimeType: 'audio/ogg; codecs=opus',
      waveformBytes: 64,
    }),
    receive: receivesFile({ voice: { size: 6_400, seconds: 4 } }, { type: 'voice' }),
  },
  {
    name: 'Document',
    takes: '`type: "document"`, any file, with `fileName`',
    carries: '`media` with `fileName`, and `caption`',
    send: sendsFile(
      async ({ conversation }) => {
        const exact = Buffer.from(`just words ${Math.random()}`);
        const id = await conversation.upload(exact, 'text/plain', 'words.txt');
        return { body: { type: 'document', media: { id }, caption: 'read' }, exact };
      },
      { kind: 'document', fileName: 'words.txt', mimeType: 'text/plain', caption: 'read' },
    ),
    receive: receivesFile(
      { document: { size: 5_000, mimeType: 'application/pdf', fileName: 'bill.pdf', caption: 'the bill' } },
      { type: 'document', caption: 'the bill', media: expect.objectContaining({ fileName: 'bill.pdf' }) },
    ),
  },
  {
    name: 'Sticker',
    takes: '`type: "sticker"`, any picture; made into a WebP of 512 pixels',
    carries: '`type: "sticker"`, `media`',
    send: sendsFile(
      async ({ conversation }) => {
        const id = await conversation.upload(await picture(), 'image/png');
        return { body: { type: 'sticker', media: { id } } };
      },
      { kind: 'sticker', mimeType: 'image/webp', width: 512, height: 512 },
    ),
    receive: receivesFile({ sticker: { size: 2_000 } }, { type: 'sticker' }),
  },
  {
    name: 'View once',
    takes: '`viewOnce: true` beside a file',
    carries: '`viewOnce: true`; WhatsApp may give linked devices no key to the bytes: then `media.status` is `failed`',
    send: sendsFile(async () => ({ body: { ...inline('image', await picture()), viewOnce: true } }), {
      kind: 'image',
      viewOnce: true,
    }),
    receive: receivesFile({ image: { size: 1_000 }, viewOnce: true }, { type: 'image', viewOnce: true }),
  },
  {
    name: 'Status with image',
    takes: '`to: "status"`, `audience`, `type: "image"`',
    carries: '`chat.id` is `status@broadcast`',
    notInGroups: 'a status has an audience and no group',
    send: sendsFile(
      async () => ({ body: { ...inline('image', await picture()), caption: 'my day' } }),
      { kind: 'image', caption: 'my day', chat: 'status@broadcast' },
      ({ cell }) => ({ to: 'status', audience: [cell.to] }),
    ),
    receive: receivesFile({ image: { size: 2_000 } }, { type: 'image' }, ({ conversation }) => ({
      to: 'status@broadcast',
      audience: [conversation.owner],
    })),
  },
];

async function converted(): Promise<FileToSend> {
  return { body: inline('voice', wave()) };
}
