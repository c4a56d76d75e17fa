import { expect, it } from 'vitest';
import { createKeepSentMedia } from '../../../connector/media/keep-sent-media.ts';
import { derivedId } from '../../../core/ids.ts';
import type { Media, StoredMedia } from '../../../core/messages/media.ts';
import type { Message } from '../../../core/messages/message.ts';

const names = { tenantId: 'usr_1', sessionId: 'ses_1', messageId: '3EB0', createdAt: 'now', expiresAtSeconds: 9 };
const file = { path: '/tmp/x', size: 3, sha256: 'abc', mimeType: 'image/png' };
const upload: Media = {
  id: 'med_upload',
  mimeType: 'image/png',
  size: 3,
  fileName: null,
  sha256: 'abc',
  status: 'awaiting_upload',
};
const own = derivedId('med', [names.messageId]);

function keeping(fails = false) {
  const keys: string[] = [];
  const rows: StoredMedia[] = [];
  const logged: string[] = [];
  const keep = createKeepSentMedia({
    objects: {
      putFile: async (key) => {
        if (fails) throw new Error('no bucket');
        keys.push(key);
      },
    },
    media: { put: async (row) => void rows.push(row) },
    logger: { warn: (_, message) => logged.push(message) },
  });
  const from = (mediaSource: Message['mediaSource']) => ({ ...names, mediaSource }) as Message;
  return { keep, keys, rows, logged, from };
}

it('marks an upload as there once it is sent as it is, and copies nothing', async () => {
  const { keep, keys, rows, from } = keeping();
  const sent = { media: upload, file, isUnchanged: true };
  expect(await keep(from({ kind: 'stored', mediaId: upload.id }), sent)).toMatchObject({
    id: 'med_upload',
    status: 'available',
  });
  expect(keys).toEqual([]);
  expect(rows).toMatchObject([{ id: 'med_upload', status: 'available', messageId: names.messageId }]);
});

it('leaves the row of a medium that came in alone when it goes on', async () => {
  const { keep, rows, from } = keeping();
  const media: Media = { ...upload, status: 'available' };
  const sent = { media, file, isUnchanged: true };
  expect(await keep(from({ kind: 'stored', mediaId: media.id }), sent)).toBe(media);
  expect(rows).toEqual([]);
});

it.each([
  ['a converted upload', { kind: 'stored', mediaId: 'med_upload' }, false],
  ['what lay in the request', { kind: 'inline' }, true],
  ['what a URL led to', { kind: 'url', url: 'https://example.com/x' }, true],
] as const)('copies %s under an id of its own', async (_, source, isUnchanged) => {
  const { keep, keys, rows, from } = keeping();
  const media = await keep(from(source), { media: upload, file, isUnchanged });
  expect(media).toMatchObject({ id: own, status: 'available', sha256: 'abc' });
  expect(keys).toEqual([`media/usr_1/ses_1/${own}`]);
  expect(rows).toMatchObject([{ id: own }]);
});

it('says not_stored, and lets the message go, when the copy fails', async () => {
  const { keep, logged, from } = keeping(true);
  const media = await keep(from({ kind: 'inline' }), { media: upload, file, isUnchanged: true });
  expect(media).toMatchObject({ status: 'failed', failureReason: 'not_stored' });
  expect(logged).toHaveLength(1);
});
