import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileStore, FileTooLargeError } from '../../../simulator/media/file-store.ts';

const limits = { fileBytesMax: 100, folderBytesMax: 150 };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-file-store-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function* bytes(size: number, fill: number): AsyncIterable<Buffer> {
  for (let left = size; left > 0; left -= 30) yield Buffer.alloc(Math.min(30, left), fill);
}

async function read(store: FileStore, id: string): Promise<number | undefined> {
  const chunks = store.read(id);
  if (chunks === undefined) return undefined;
  let size = 0;
  for await (const chunk of chunks) size += chunk.length;
  return size;
}

it('keeps a file once, and over a restart, but nothing unfinished', async () => {
  const store = new FileStore(folder, limits);
  const { id, size } = await store.put(bytes(70, 1));
  expect((await store.put(bytes(70, 1))).id).toBe(id);
  expect([size, await read(store, id)]).toEqual([70, 70]);
  await writeFile(join(folder, 'unfinished-1'), 'half');
  const again = new FileStore(folder, limits);
  expect(again.sizeOf(id)).toBe(70);
  expect(await readdir(folder)).toEqual([id]);
  await again.remove(id);
  expect(await read(again, id)).toBeUndefined();
});

it('refuses what does not end, and lets the oldest go', async () => {
  const store = new FileStore(folder, limits);
  await expect(store.put(bytes(101, 1))).rejects.toThrow(FileTooLargeError);
  expect(await readdir(folder)).toEqual([]);
  const first = await store.put(bytes(80, 1));
  const second = await store.put(bytes(80, 2));
  expect([store.sizeOf(first.id), store.sizeOf(second.id)]).toEqual([undefined, 80]);
});

it('leaves nothing of a temporary folder', async () => {
  const store = new FileStore(undefined, limits);
  await store.close();
  const used = new FileStore(undefined, limits);
  const { id } = await used.put(bytes(10, 3));
  expect(await read(used, id)).toBe(10);
  await used.close();
  await expect(read(used, id)).rejects.toThrow(/ENOENT/);
});
