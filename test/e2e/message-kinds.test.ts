import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cell, Conversation, type Person, sha256 } from './message-kinds/conversation.ts';
import { film, voiceNote } from './message-kinds/files.ts';
import type { Kind } from './message-kinds/kind.ts';
import { kinds } from './message-kinds/kinds.ts';
import { absence, column, directions, kindsTable, type Place, places, withTable } from './message-kinds/table.ts';
import { type LocalStack, startStack } from './support/local-stack.ts';
import { Receiver } from './support/receiver.ts';
import { createTenant, linkSession } from './support/tenant.ts';

const owner = '491590000001';
const page = join(import.meta.dirname, '../../docs/message-kinds.md');
const largeBytes = 15 * 1024 * 1024;
const voiceBytes = 64 * 1024;

/** With what was there instead: an assertion's own text leaves out what it found. */
function describeError(error: Error & { readonly actual?: unknown; readonly expected?: unknown }): string {
  const found = error.actual === undefined ? '' : ` found ${JSON.stringify(error.actual)}`;
  return `${error.message.split('\n')[0]}${found}`;
}

/** A page with a title and a description, and beside it a film. */
const site = createServer((request, response) => {
  if (request.url === '/film') {
    response.writeHead(200, { 'content-type': 'video/mp4' }).end(film(20_000));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<meta property="og:title" content="A page"><meta name="description" content="Of words">');
});

describe('every kind of message', () => {
  const results = new Map<string, Set<string>>();
  let stack: LocalStack;
  let receiver: Receiver;
  let conversation: Conversation;
  let people: Record<'open' | 'hidden', Person>;
  let groups: Record<'open' | 'hidden', string>;
  let address: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    stack = await startStack();
    receiver = await Receiver.start();
    const tenant = await createTenant(stack);
    const { sessionId } = await linkSession(stack, tenant, receiver, owner);
    conversation = new Conversation(owner, { stack, tenant, receiver, sessionId });
    people = { open: await person('491590000002', false), hidden: await person('491590000003', true) };
    // Members see each other by number in groups of old, and by LID in those of today.
    groups = { open: await group(people.open, 'pn'), hidden: await group(people.hidden, 'lid') };
  });

  afterAll(async () => {
    site.close();
    await receiver?.stop();
    await stack?.dispose();
  });

  async function person(phone: string, hidesNumber: boolean): Promise<Person> {
    const body = { phone, name: `Name of ${phone}`, hidesNumber };
    const { lid } = await stack.simulator.control<{ lid: string }>('POST', '/phones', body);
    return { phone, lid, hidesNumber };
  }

  async function group({ phone }: Person, addressing: 'pn' | 'lid'): Promise<string> {
    const body = { subject: `Of ${addressing}`, owner: phone, members: [owner], addressing };
    return (await stack.simulator.control<{ id: string }>('POST', '/groups', body)).id;
  }

  function cellOf(place: Place): Cell {
    const which = place.endsWith('LID') ? 'hidden' : 'open';
    const person = people[which];
    if (place.startsWith('group')) return { person, to: groups[which], group: groups[which] };
    return { person, to: which === 'hidden' ? person.lid : `+${person.phone}` };
  }

  async function showKind(kind: Kind): Promise<void> {
    const shown = new Set<string>();
    results.set(kind.name, shown);
    const cells = directions.flatMap((direction) =>
      places
        .filter((place) => absence(kind, direction, place) === undefined)
        .map(async (place) => {
          const act = kind[direction];
          if (typeof act === 'string') return;
          await act({ conversation, cell: cellOf(place), site: address }).catch((error: unknown) => {
            throw new Error(`${kind.name}, ${direction}, ${place}`, { cause: error });
          });
          shown.add(column(direction, place));
        }),
    );
    const failed = (await Promise.allSettled(cells)).flatMap((cell) =>
      cell.status === 'rejected' ? [`${cell.reason.message}: ${describeError(cell.reason.cause)}`] : [],
    );
    expect(failed).toEqual([]);
  }

  describe.concurrent('in both directions, in chats and groups, by number and by LID', () => {
    it.each(kinds.filter(({ alone }) => alone !== true))('$name', showKind);
  });

  it.each(kinds.filter(({ alone }) => alone === true))('$name, while nothing else goes on', showKind);

  it('is what the page says', async () => {
    const table = kindsTable(kinds, results);
    console.log(table);
    const current = await readFile(page, 'utf8');
    if (process.env.WRITE_MESSAGE_KINDS === '1') await writeFile(page, withTable(current, table));
    else expect(current).toBe(withTable(current, table));
  });

  it('carries a film of 15 MB by upload to the phone and back to the webhook, byte for byte', async () => {
    const bytes = film(largeBytes);
    const media = { id: await conversation.upload(bytes, 'video/mp4') };
    const sent = await conversation.post(`+${people.open.phone}`, { type: 'video', media });
    expect(await conversation.shown(people.open.phone, sent)).toMatchObject({
      kind: 'video',
      size: largeBytes,
      sha256: sha256(bytes),
    });
    expect(await conversation.sha256Of(media.id)).toBe(sha256(bytes));

    const uploaded = await uploadToPhone(film(largeBytes));
    const { id } = await conversation.write(people.open.phone, {}, { video: { media: uploaded.media } });
    const arrived = (await conversation.event('message.media', id)).data.media;
    expect(arrived).toMatchObject({ status: 'available', size: largeBytes, sha256: uploaded.sha256 });
    expect(await conversation.sha256Of(arrived.id)).toBe(uploaded.sha256);
  });

  it('carries a voice note of 64 kB in both directions, byte for byte', async () => {
    const bytes = voiceNote(voiceBytes);
    expect(bytes.length).toBeGreaterThanOrEqual(voiceBytes);
    const base64 = bytes.toString('base64');
    const sent = await conversation.post(`+${people.open.phone}`, { type: 'voice', media: { base64 } });
    expect(await conversation.shown(people.open.phone, sent)).toMatchObject({
      kind: 'voice',
      sha256: sha256(bytes),
      waveformBytes: 64,
    });
    const { id } = await conversation.write(people.open.phone, {}, { voice: { base64 } });
    const arrived = (await conversation.event('message.media', id)).data.media;
    expect(await conversation.sha256Of(arrived.id)).toBe(sha256(bytes));
  });

  it('leaves the session connected, and every signature good', async () => {
    expect(receiver.unverified).toEqual([]);
    const sequences = receiver.events().map((webhook) => webhook.body.sequence as number);
    expect(new Set(sequences).size).toBe(sequences.length);
  });

  async function uploadToPhone(bytes: Buffer): Promise<{ media: string; sha256: string }> {
    const answer = await fetch(`${stack.simulator.url}/media`, { method: 'POST', body: new Uint8Array(bytes) });
    expect(answer.status).toBeLessThan(300);
    return answer.json() as Promise<{ media: string; sha256: string }>;
  }
});
