import { appendFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareAssembly } from '../../../local/assembly/prepare-assembly.ts';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { type FixtureProject, makeFixtureProject } from '../fixtures/fixture-project.ts';

describe('the assembly', () => {
  let project: FixtureProject;
  let steps: string[];

  beforeEach(() => {
    project = makeFixtureProject();
    steps = [];
  });

  afterEach(() => project.remove());

  const prepare = (context = {}, signal?: AbortSignal) =>
    prepareAssembly({ projectFolder: project.folder, context, signal, onStep: (name) => steps.push(name) });

  it('is made once for the same sources', async () => {
    const first = await prepare();
    expect(steps).toEqual(['bundle', 'synthesize']);
    expect(await prepare()).toBe(first);
    expect(steps).toHaveLength(2);
  });

  it('is made again when a source, or an option, changes', async () => {
    const first = await prepare();
    appendFileSync(join(project.folder, 'lib', 'bundle', 'main.ts'), '// changed\n');
    const second = await prepare();
    const third = await prepare({ shards: 8 });
    expect(new Set([first, second, third]).size).toBe(3);
    expect(existsSync(first)).toBe(true);
  });

  it('is made once when several runners start at the same time', async () => {
    const folders = await Promise.all([prepare(), prepare(), prepare()]);
    expect(new Set(folders).size).toBe(1);
    expect(steps).toHaveLength(2);
  });

  it('is not kept when the sources change while it is made', async () => {
    const main = join(project.folder, 'lib', 'bundle', 'main.ts');
    writeFileSync(
      main,
      `import { appendFileSync } from 'node:fs';\nappendFileSync(${JSON.stringify(main)}, '// again\\n');\n`,
    );
    await expect(prepare()).rejects.toThrow('The sources change while they are bundled');
    expect(readdirSync(join(project.folder, '.wharf', 'assembly'))).toEqual([]);
  });

  it('does not count as made when the synthesis failed, and says why', async () => {
    writeFileSync(
      join(project.folder, 'template.mjs'),
      "export const template = (() => { throw new Error('a bad option'); })();",
    );
    await expect(prepare()).rejects.toThrow(/The synthesis of the stack failed \(exit code 1\):[\s\S]*a bad option/);
    writeFileSync(join(project.folder, 'template.mjs'), 'export const template = { Resources: {} };');
    expect(readAssembly(await prepare())[0]?.template).toEqual({ Resources: {} });
  });

  it('ends the step under way when the runner stops', async () => {
    writeFileSync(join(project.folder, 'lib', 'bundle', 'main.ts'), 'setInterval(() => undefined, 1_000);');
    const stop = new AbortController();
    const preparing = prepare({}, stop.signal);
    stop.abort();
    await expect(preparing).rejects.toThrow(/Bundling failed/);
  });

  it('keeps only a few older ones', async () => {
    for (let count = 0; count < 6; count += 1) await prepare({ count });
    expect(readdirSync(join(project.folder, '.wharf', 'assembly'))).toHaveLength(4);
  });
});
