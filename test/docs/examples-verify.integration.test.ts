import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newWebhookSecret } from '../../core/webhooks/secret.ts';
import { waitFor } from '../support/wait-for.ts';
import { type ExampleReceiver, startExampleReceiver } from './support/example-receiver.ts';
import { languages, missing, type TemporaryFolder, temporaryFolder } from './support/examples.ts';

const secret = newWebhookSecret();

interface Post {
  readonly id: string;
  readonly body?: string;
  readonly signedWith?: string;
  readonly ageSeconds?: number;
  /** Sent in place of what was signed. */
  readonly sentBody?: string;
  readonly signatureBefore?: string;
  /** To the timestamp of the header alone, after the signature was made. */
  readonly timestampAddedSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function eventBody(id: string, sequence = 1): string {
  return JSON.stringify({
    id,
    type: 'message.received',
    event: 'message.received',
    apiVersion: '2026-11-01',
    timestamp: '2026-11-22T09:30:00.000Z',
    sessionId: 'ses_01kbm3v9q3d9g2j4n6s8v0y1zb',
    sequence,
    metadata: { customer: 'customer-4711' },
    data: { messageId: `3EB0${id}`, type: 'text', text: 'Grüße, 20 €' },
  });
}

async function post(url: string, { id, ageSeconds = 0, timestampAddedSeconds = 0, ...rest }: Post): Promise<number> {
  const body = rest.body ?? eventBody(id);
  const at = new Date(Date.now() - ageSeconds * 1_000);
  const signature = new Webhook(rest.signedWith ?? secret).sign(id, at, body);
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000) + timestampAddedSeconds),
      'webhook-signature': rest.signatureBefore === undefined ? signature : `${rest.signatureBefore} ${signature}`,
      ...rest.headers,
    },
    body: rest.sentBody ?? body,
  });
  await response.arrayBuffer();
  return response.status;
}

describe.each(languages)('the %s receiver of the guides', (language) => {
  const absent = missing(language);
  const test = it.runIf(absent === undefined);
  let receiver: ExampleReceiver;
  let folder: TemporaryFolder;

  const start = () =>
    startExampleReceiver({
      language,
      work: 'print',
      environment: { WHARF_WEBHOOK_SECRET: secret, WHARF_INBOX: folder.path },
    });
  const timesHandled = (id: string) => receiver.output().split(`3EB0${id}`).length - 1;
  /** Handled in the order of arrival, so that whatever came before this one has been handled as well. */
  const handleOneMore = async (id: string) => {
    expect(await post(receiver.url, { id, body: eventBody(id, 1_000) })).toBe(204);
    await waitFor(`${id} to be handled`, () => timesHandled(id) === 1);
  };

  beforeAll(async () => {
    if (absent !== undefined) return;
    folder = await temporaryFolder();
    receiver = await start();
  });

  afterAll(async () => {
    await receiver?.stop();
    await folder?.remove();
  });

  test('takes a signed webhook and handles it', async () => {
    expect(await post(receiver.url, { id: 'evt_good' })).toBe(204);
    await waitFor('the event to be handled', () => timesHandled('evt_good') === 1);
    expect(receiver.output()).toContain('handled message.received 1 of ses_01kbm3v9q3d9g2j4n6s8v0y1zb (customer-4711)');
  });

  test('answers a repeat with success and handles it once', async () => {
    const statuses = await Promise.all(Array.from({ length: 8 }, () => post(receiver.url, { id: 'evt_repeated' })));
    expect(statuses).toEqual(Array.from({ length: 8 }, () => 204));
    await handleOneMore('evt_after_repeats');
    // A fresh timestamp and signature under the same id, as a later try has them.
    expect(await post(receiver.url, { id: 'evt_repeated', ageSeconds: 5 })).toBe(204);
    await handleOneMore('evt_after_late_repeat');
    expect(timesHandled('evt_repeated')).toBe(1);
  });

  test('takes the second of two signatures while a secret is replaced', async () => {
    const signatureBefore = new Webhook(newWebhookSecret()).sign('evt_rotated', new Date(), 'other');
    expect(await post(receiver.url, { id: 'evt_rotated', signatureBefore })).toBe(204);
    await waitFor('the event to be handled', () => timesHandled('evt_rotated') === 1);
  });

  test.each<[string, Post]>([
    ['signed with another secret', { id: 'evt_other', signedWith: newWebhookSecret() }],
    ['changed on the way', { id: 'evt_changed', sentBody: eventBody('evt_changed', 2) }],
    ['signed under another id', { id: 'evt_moved', headers: { 'webhook-id': 'evt_moved2' } }],
    ['with a changed timestamp', { id: 'evt_time', timestampAddedSeconds: 9 }],
    ['older than five minutes', { id: 'evt_old', ageSeconds: 400 }],
    ['from more than five minutes ahead', { id: 'evt_early', ageSeconds: -400 }],
    ['with a timestamp that is no number', { id: 'evt_nan', headers: { 'webhook-timestamp': 'NaN' } }],
    ['without a signature', { id: 'evt_unsigned', headers: { 'webhook-signature': '' } }],
    ['with another kind of signature', { id: 'evt_kind', headers: { 'webhook-signature': 'v1a,AAAA v1 v1,' } }],
  ])('refuses what is %s', async (_, request) => {
    expect(await post(receiver.url, request)).toBe(401);
    await handleOneMore(`evt_after_${request.id}`);
    expect(timesHandled(request.id)).toBe(0);
  });

  test('takes a body as large as Wharf sends them', async () => {
    const body = JSON.stringify({ ...JSON.parse(eventBody('evt_large')), padding: 'x'.repeat(199_000) });
    expect(await post(receiver.url, { id: 'evt_large', body })).toBe(204);
    await waitFor('the event to be handled', () => timesHandled('evt_large') === 1);
  });

  test('still knows after a restart what it has handled', async () => {
    await handleOneMore('evt_before_restart');
    // It prints first and takes note then: stopped in between, it would rightly handle the event again.
    await waitFor('the event to be noted', () => existsSync(join(folder.path, 'evt_before_restart.done')));
    await receiver.stop();
    receiver = await start();
    expect(await post(receiver.url, { id: 'evt_before_restart' })).toBe(204);
    await handleOneMore('evt_after_restart');
    expect(timesHandled('evt_before_restart')).toBe(0);
  });

  test('does not answer with success when its secret is none', async () => {
    const mistaken = await startExampleReceiver({
      language,
      work: 'print',
      environment: { WHARF_WEBHOOK_SECRET: 'whsec_', WHARF_INBOX: folder.path },
    });
    try {
      expect(await post(mistaken.url, { id: 'evt_no_secret' })).toBe(500);
    } finally {
      await mistaken.stop();
    }
  });
});
