import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorCatalogue } from '../../core/error-catalogue.ts';

const projectFolder = join(import.meta.dirname, '../..');

/** Every literal code that our own code makes an error of. */
function thrownCodes(): Set<string> {
  const files = ['core', 'lambdas'].flatMap((folder) =>
    readdirSync(join(projectFolder, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(projectFolder, folder, name), 'utf8')),
  );
  const found = files.flatMap((text) => [...text.matchAll(/new WharfError\(\s*'([^']+)'/g)]);
  return new Set(found.map(([, code = '']) => code));
}

test('every code that is thrown is in the catalogue', () => {
  const codes = [...thrownCodes()];
  expect(codes.length).toBeGreaterThan(20);
  expect(codes.filter((code) => !(code in errorCatalogue))).toEqual([]);
});

test('codes are in capitals, and their status is one of an error', () => {
  for (const [code, { status, title }] of Object.entries(errorCatalogue)) {
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/);
    expect(status >= 400 && status < 600).toBe(true);
    expect(title.length).toBeGreaterThan(5);
  }
});
