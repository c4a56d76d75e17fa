import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { siteFiles } from '../openapi/site-files.ts';
import { awsSdkDiet } from './aws-sdk-diet.ts';
import { lazyEntries, lazyFiles } from './lazy-files.ts';
import { type BundleFile, syncFolder, writeIfChanged } from './sync-folder.ts';

export const projectFolder = join(import.meta.dirname, '../..');
const dockerfile = join(import.meta.dirname, 'Dockerfile');

/** Baileys' optional peers that the connector does without, and sharp, which is machine code: the Dockerfile installs it. */
const connectorExternals = ['sharp', 'jimp', 'link-preview-js'];

/** CommonJS packages inside an ES module call `require` for Node's own modules. */
const requireBanner =
  "import { createRequire as bundleCreateRequire } from 'node:module'; const require = bundleCreateRequire(import.meta.url);";

/** And the encoder of voice notes asks where it lies, although it reads nothing there. */
const folderBanner = 'const __dirname = import.meta.dirname;';

const sharedOptions = {
  absWorkingDir: projectFolder,
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The SDK's ES modules shake off what is not called; its CommonJS files do not.
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  banner: { js: requireBanner },
  logLevel: 'silent',
} satisfies BuildOptions;

/** What was bundled, and from what: the budget test and the bench read the metafiles. */
export interface Bundles {
  /** `<folder>/lambdas/<name>/index.mjs` for each function. */
  readonly lambdas: Metafile;
  /** `<folder>/connector/`: exactly what the container image holds. */
  readonly connector: Metafile;
}

/**
 * Bundles every function and the connector into `dist/`, the one place from which both the stack's assets and the local runner
 * take code. Files are written only when their content changes, so a second run is harmless while the first one's output is in use.
 * Throws with esbuild's message when a source does not build, and when no function or no connector is found.
 *
 * @example await bundleAll(); // dist/lambdas/auth/index.mjs, …, dist/connector/main.mjs, parent.mjs, mark-dead.mjs, Dockerfile
 */
export async function bundleAll(outputFolder = join(projectFolder, 'dist')): Promise<Bundles> {
  const [lambdas, connector] = await Promise.all([bundleLambdas(outputFolder), bundleConnector(outputFolder)]);
  return { lambdas, connector };
}

async function bundleLambdas(outputFolder: string): Promise<Metafile> {
  const names = await lambdaNames();
  const outdir = join(outputFolder, 'lambdas');
  const result = await build({
    ...sharedOptions,
    entryPoints: [
      ...names.map((name) => ({ in: `lambdas/${name}/handler.ts`, out: `${name}/index` })),
      ...(await Promise.all(names.map((name) => lazyEntries(projectFolder, name)))).flat(),
    ],
    outdir,
    minify: true,
    legalComments: 'none',
    plugins: [awsSdkDiet, lazyFiles],
  });
  const drafts = join(outputFolder, '.drafts');
  const site = (await siteFiles()).map(({ path, content }) => ({ path: join('system/site', path), content }));
  await syncFolder(outdir, [...bundleFiles(outdir, result.outputFiles), ...site], drafts);
  await writeIfChanged(join(outputFolder, 'meta/lambdas.json'), JSON.stringify(result.metafile), drafts);
  return result.metafile;
}

async function lambdaNames(): Promise<string[]> {
  const folder = join(projectFolder, 'lambdas');
  const names = (await readdir(folder)).filter((name) => existsSync(join(folder, name, 'handler.ts'))).sort();
  if (names.length === 0) throw new Error('There is no lambdas/<name>/handler.ts to bundle.');
  return names;
}

/** Names stay readable in the connector: its stack traces matter more than its size. */
async function bundleConnector(outputFolder: string): Promise<Metafile> {
  const outdir = join(outputFolder, 'connector');
  const result = await build({
    ...sharedOptions,
    entryPoints: [
      { in: 'connector/main.ts', out: 'main' },
      { in: 'connector/parent.ts', out: 'parent' },
      { in: 'connector/mark-dead.ts', out: 'mark-dead' },
    ],
    outdir,
    external: connectorExternals,
    banner: { js: `${requireBanner} ${folderBanner}` },
    legalComments: 'inline',
  });
  const drafts = join(outputFolder, '.drafts');
  const image = [
    ...bundleFiles(outdir, result.outputFiles),
    { path: 'Dockerfile', content: await readFile(dockerfile) },
  ];
  await syncFolder(outdir, image, drafts);
  await writeIfChanged(join(outputFolder, 'meta/connector.json'), JSON.stringify(result.metafile), drafts);
  return result.metafile;
}

function bundleFiles(outdir: string, files: readonly { path: string; contents: Uint8Array }[]): BundleFile[] {
  return files.map((file) => ({ path: relative(outdir, file.path), content: file.contents }));
}
