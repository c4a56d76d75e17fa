import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const projectFolder = join(import.meta.dirname, '../..');

/** Which of our folders each folder may import besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  lib: ['core'],
  bin: ['lib'],
  lambdas: ['core'],
  connector: ['core'],
  simulator: [],
  local: ['core', 'simulator'],
};

/** The places that know Baileys: the engine, and the simulator's codec of the wire protocol. */
const baileysFolders = ['connector/engine/', 'simulator/wire/'];

interface Import {
  readonly from: string;
  readonly specifier: string;
}

function importsOf(folder: string): Import[] {
  return readdirSync(join(projectFolder, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const from = join(folder, name);
      const text = readFileSync(join(projectFolder, from), 'utf8');
      // Static, re-exported, side-effect and dynamic imports.
      const matches = text.matchAll(
        /^\s*(?:import|export)\b[^;'"()=]*?\bfrom\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
      );
      return [...matches].map((match) => ({ from, specifier: match.slice(1).find(Boolean) as string }));
    });
}

/** First folder of what a relative import leads to. */
function ownFolder({ from, specifier }: Import): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return relative(projectFolder, resolve(projectFolder, dirname(from), specifier)).split('/')[0];
}

describe.each(Object.entries(mayImport))('%s', (folder, allowed) => {
  test(`imports ${['itself', ...allowed].join(', ')} and packages`, () => {
    const strays = importsOf(folder).filter((found) => {
      const target = ownFolder(found);
      return target !== undefined && target !== folder && !allowed.includes(target);
    });
    expect(strays).toEqual([]);
  });
});

test('only the engine and the simulator know Baileys', () => {
  const strays = Object.keys(mayImport)
    .flatMap(importsOf)
    .filter(({ specifier }) => specifier.startsWith('@whiskeysockets/baileys'))
    .filter(({ from }) => !baileysFolders.some((folder) => from.startsWith(folder)));
  expect(strays).toEqual([]);
});

test('a function does not reach into the folder of another', () => {
  const strays = importsOf('lambdas').filter((found) => {
    if (!found.specifier.startsWith('.')) return false;
    const target = relative(projectFolder, resolve(projectFolder, dirname(found.from), found.specifier));
    const [, own] = found.from.split('/');
    const [top, other] = target.split('/');
    return top === 'lambdas' && other !== own && other !== 'shared';
  });
  expect(strays).toEqual([]);
});

test('the parser of this test sees imports of every kind', () => {
  const found = importsOf('core').map(({ specifier }) => specifier);
  expect(found).toContain('./error-catalogue.ts');
  expect(found).toContain('@aws-sdk/lib-dynamodb');
  expect(importsOf('bin').map(({ specifier }) => specifier)).toContain('cdk-nag');
});
