import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const projectFolder = join(import.meta.dirname, '../..');
const [, ...items] = readFileSync(join(projectFolder, 'docs/security.md'), 'utf8').split(/^## /m);

test('has the ten items of 2023 in their order', () => {
  expect(items.map((item) => item.split(' ')[0])).toEqual(
    Array.from({ length: 10 }, (_, index) => `API${index + 1}:2023`),
  );
});

describe.each(items.map((item) => [item.split('\n')[0]!, item] as const))('%s', (_, item) => {
  const files = [...item.matchAll(/^\| `(test\/[^`]+)` \| (.+) \|$/gm)].map(([, file = '']) => file);

  test('names tests, and all of them exist', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(join(projectFolder, file)))).toEqual([]);
    expect(files.filter((file) => !file.endsWith('.test.ts'))).toEqual([]);
  });
});
