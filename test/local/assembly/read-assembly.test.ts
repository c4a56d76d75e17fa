import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-assembly-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));

function stack(name: string, ...dependencies: string[]) {
  write(`${name}.json`, { Resources: {} });
  return {
    type: 'aws:cloudformation:stack',
    environment: 'aws://unknown-account/eu-west-1',
    dependencies,
    properties: { templateFile: `${name}.json` },
  };
}

it('orders stacks by their dependencies and finds assets by hash', () => {
  write('A.assets.json', {
    files: { abc: { source: { path: 'asset.abc', packaging: 'zip' } } },
    dockerImages: { def: { source: { directory: 'asset.def' } } },
  });
  const assets = { type: 'cdk:asset-manifest', properties: { file: 'A.assets.json' } };
  write('manifest.json', {
    artifacts: { A: stack('A', 'B', 'A.assets'), 'A.assets': assets, B: stack('B'), Tree: { type: 'cdk:tree' } },
  });
  const [first, second, ...others] = readAssembly(folder);
  expect([first?.stackName, second?.stackName, others]).toEqual(['B', 'A', []]);
  expect(second?.region).toBe('eu-west-1');
  expect(second?.files.get('abc')).toBe(join(folder, 'asset.abc'));
  expect(second?.images.get('def')).toEqual({ folder: join(folder, 'asset.def'), dockerfile: 'Dockerfile' });
  expect(first?.files.size).toBe(0);
});

it('stops at circles, nested assemblies and missing files', () => {
  write('manifest.json', { artifacts: { A: stack('A', 'B'), B: stack('B', 'A') } });
  expect(() => readAssembly(folder)).toThrow(/circle/);
  write('manifest.json', { artifacts: { Stage: { type: 'cdk:cloud-assembly' } } });
  expect(() => readAssembly(folder)).toThrow(/nested assemblies/);
  rmSync(join(folder, 'manifest.json'));
  expect(() => readAssembly(folder)).toThrow(/manifest.json is missing/);
});
