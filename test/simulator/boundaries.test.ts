import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../simulator/', import.meta.url));

const imports = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/(?:from|import|import\()\s*'([^']+)'/g)].map((match) => ({
      name,
      imported: match[1] ?? '',
    })),
  );

it('sees the imports that it judges', () => {
  expect(imports.length).toBeGreaterThan(200);
});

it('imports nothing from the rest of the project', () => {
  const foreign = imports.filter(
    ({ name, imported }) =>
      imported.startsWith('.') && relative(folder, resolve(folder, name, '..', imported)).startsWith('..'),
  );
  expect(foreign).toEqual([]);
});

it('touches Baileys and libsignal in the wire folder only', () => {
  const outside = imports.filter(
    ({ name, imported }) => /baileys|libsignal$|libsignal\//.test(imported) && !name.startsWith('wire/'),
  );
  expect(outside.filter(({ imported }) => !imported.startsWith('.'))).toEqual([]);
});
