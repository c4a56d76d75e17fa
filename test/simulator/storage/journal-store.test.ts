import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { JournalStore } from '../../../simulator/storage/journal-store.ts';

let folder: string;
const fail = (error: unknown) => {
  throw error;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-journal-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function contents(): Promise<Record<string, unknown>> {
  const store = await JournalStore.open(folder, fail);
  const all = Object.fromEntries(store.entries(''));
  await store.close();
  return all;
}

it('keeps the newest value of every key, and nothing of removed ones', async () => {
  const store = await JournalStore.open(folder, fail);
  store.put('a/1', () => ({ value: 1 }));
  store.put('a/2', () => 'two');
  store.put('b/1', () => [3]);
  store.put('a/1', () => ({ value: 'newest' }));
  store.remove('a/2');
  store.remove('never there');
  await store.close();
  expect(await contents()).toEqual({ 'a/1': { value: 'newest' }, 'b/1': [3] });
});

it('writes what a value is at the moment of writing', async () => {
  const store = await JournalStore.open(folder, fail);
  const live = { count: 0 };
  store.put('live', () => live);
  live.count = 7;
  await store.close();
  expect(await contents()).toEqual({ live: { count: 7 } });
});

it('reads any journal that was cut off anywhere, as far as it goes', async () => {
  const store = await JournalStore.open(folder, fail);
  for (let number = 0; number < 5; number++) store.put(`key/${number}`, () => `value ${number} with ü`);
  await store.close();
  const file = join(folder, 'simulator.journal');
  const whole = await readFile(file);
  const firstLine = whole.indexOf('\n') + 1;
  for (let length = firstLine; length <= whole.length; length += 3) {
    await writeFile(file, whole.subarray(0, length));
    const kept = Object.keys(await contents()).length;
    const lines = whole.subarray(firstLine, length).toString('latin1').split('\n').length - 1;
    expect([lines, lines + 1]).toContain(kept);
  }
});

it('leaves no outdated lines behind at the next start', async () => {
  const store = await JournalStore.open(folder, fail);
  store.put('key', () => 'old');
  await store.close();
  const again = await JournalStore.open(folder, fail);
  again.put('key', () => 'new');
  await again.close();
  await contents();
  const text = await readFile(join(folder, 'simulator.journal'), 'utf8');
  expect(text).not.toContain('old');
  expect(text.trim().split('\n')).toHaveLength(2);
});
