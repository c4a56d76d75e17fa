import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder } from '../../local/data-folder.ts';

describe('the data folder', () => {
  let root: string;
  let folder: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'wharf-data-'));
    folder = join(root, 'data');
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const open = (fresh = false) => openDataFolder(folder, { fresh });

  it('is made, kept and opened again', () => {
    const first = open();
    writeFileSync(join(first.engines, 'kept'), 'x');
    first.release();
    const second = open();
    expect(existsSync(join(second.engines, 'kept'))).toBe(true);
    second.release();
  });

  it('is emptied by fresh', () => {
    const first = open();
    writeFileSync(join(first.engines, 'old'), 'x');
    first.release();
    const second = open(true);
    expect(readdirSync(second.engines)).toEqual([]);
    second.release();
    expect(() => open().release()).not.toThrow();
  });

  it('may be an empty folder that exists', () => {
    expect(() => openDataFolder(root, { fresh: false }).release()).not.toThrow();
  });

  it.each([false, true])("is refused when it is somebody else's (fresh: %s)", (fresh) => {
    writeFileSync(join(root, 'thesis.txt'), 'ten years of work');
    expect(() => openDataFolder(root, { fresh })).toThrow(/is not empty and not a Wharf data folder/);
    expect(readdirSync(root)).toEqual(['thesis.txt']);
  });

  it('belongs to one runner at a time', () => {
    const first = open();
    expect(() => open()).toThrow(`Another runner (process ${process.pid}) is using ${folder}`);
    expect(() => open(true)).toThrow(/Another runner/);
    first.release();
    open().release();
  });

  it('is taken over from a runner that is gone, also when its process id lives again', () => {
    open().release();
    for (const holder of [{ pid: 2 ** 22 - 1 }, { pid: process.pid, startTicks: '1' }, 'nonsense']) {
      writeFileSync(join(folder, 'runner.lock'), JSON.stringify(holder));
      expect(() => open().release()).not.toThrow();
    }
  });

  it.each([
    ['{"layoutVersion":', /is corrupt/],
    ['null', /is corrupt/],
    ['{"layoutVersion":99}', /has layout 99, this runner knows 1/],
  ])('with the marker %s says so and can be emptied', (marker, message) => {
    open().release();
    writeFileSync(join(folder, 'wharf-data.json'), marker);
    expect(() => open()).toThrow(message);
    open(true).release();
    expect(() => open().release()).not.toThrow();
  });

  it('is refused when it is a file', () => {
    writeFileSync(folder, '');
    expect(() => open()).toThrow(/cannot be read as a folder/);
  });
});
