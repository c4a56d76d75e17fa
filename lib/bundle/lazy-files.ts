import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Files of a function that are bundled apart and lie beside its `index.mjs`, to be loaded when they are needed. */
const lazyName = /\.lazy\.ts$/;

/** What `import('./x.lazy.ts')` in a function becomes: `import('./x.lazy.mjs')`, a file of its own. A static import stays inside. */
export const lazyFiles: Plugin = {
  name: 'lazy-files',
  setup(build) {
    build.onResolve({ filter: lazyName }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.mjs`, external: true } : undefined,
    );
  },
};

/** Entry points for the files that a function loads later. */
export async function lazyEntries(projectFolder: string, name: string): Promise<{ in: string; out: string }[]> {
  const files = await readdir(join(projectFolder, 'lambdas', name), { recursive: true });
  return files
    .filter((file) => lazyName.test(file))
    .sort()
    .map((file) => ({ in: join('lambdas', name, file), out: `${name}/${basename(file, '.ts')}` }));
}
