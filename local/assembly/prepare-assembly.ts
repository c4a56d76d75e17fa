import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { defaultIdentity } from '../engines/identity.ts';
import { UserError } from '../user-error.ts';
import { hashInputs } from './hash-inputs.ts';
import { runStep } from './run-step.ts';
import { withLock } from './with-lock.ts';

/** What goes into bundles and templates; a change in any of it makes a new assembly. */
const inputPaths = ['bin', 'lib', 'core', 'lambdas', 'connector', 'package-lock.json', 'cdk.json', 'plans.json'];
/** A runner that still uses an older assembly loads functions from it, so a few stay. */
const assembliesKept = 4;
/** How often sources may change under a build before the runner gives up. */
const attemptsMax = 3;

export interface AssemblyOptions {
  readonly projectFolder: string;
  /** CDK context beyond that of `cdk.json`, for example `{ shards: 8 }`. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Ends the child process of the step under way. */
  readonly signal?: AbortSignal | undefined;
  /** Hears of each step that was not answered from the cache. */
  onStep(name: string, milliseconds: number): void;
}

/**
 * The folder of the synthesized assembly for the sources as they are: bundled and synthesized in processes of their own, or taken from
 * `.wharf/assembly` when nothing has changed. Template validation is off here, it costs two seconds and belongs to the checks of the project.
 *
 * @example const folder = await prepareAssembly({ projectFolder, context: { shards: 8 }, onStep })
 */
export async function prepareAssembly(options: AssemblyOptions): Promise<string> {
  const cacheFolder = join(options.projectFolder, '.wharf', 'assembly');
  for (let attempt = 1; ; attempt += 1) {
    const hash = inputHash(options);
    const folder = join(cacheFolder, hash.slice(0, 16));
    if (isWhole(folder)) {
      const now = new Date();
      utimesSync(folder, now, now);
      return folder;
    }
    mkdirSync(cacheFolder, { recursive: true });
    await withLock(join(cacheFolder, 'building.lock'), async () => {
      if (!isWhole(folder)) await build(options, folder);
    });
    removeOldAssemblies(cacheFolder, folder);
    // Sources that were saved meanwhile are in the bundles or not; under this name they must not be found again.
    if (inputHash(options) === hash) return folder;
    rmSync(folder, { recursive: true, force: true });
    if (attempt === attemptsMax) throw new UserError('The sources change while they are bundled; start again.');
  }
}

function inputHash({ projectFolder, context }: AssemblyOptions): string {
  return hashInputs(projectFolder, inputPaths, [process.version, JSON.stringify(context)]);
}

async function build(options: AssemblyOptions, folder: string): Promise<void> {
  const { projectFolder, signal } = options;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const cdk = readCdkSettings(projectFolder);
  await timed(options, 'bundle', () =>
    runStep('Bundling', [join('lib', 'bundle', 'main.ts')], projectFolder, { signal }),
  );
  await timed(options, 'synthesize', () =>
    runStep('The synthesis of the stack', cdk.appArguments, projectFolder, {
      signal,
      environment: {
        CDK_OUTDIR: unfinished,
        CDK_VALIDATION: 'false',
        // The engines already run in this region, whatever the developer's own profile says.
        CDK_DEFAULT_REGION: defaultIdentity.region,
        CDK_CONTEXT_JSON: JSON.stringify({ ...cdk.context, ...options.context }),
      },
    }),
  );
  if (!isWhole(unfinished)) throw new UserError('The synthesis of the stack ended without an assembly.');
  renameSync(unfinished, folder);
}

/** The app of `cdk.json` without its leading `node`: the runner starts it with the Node that it runs on itself. */
function readCdkSettings(projectFolder: string): { appArguments: readonly string[]; context: object } {
  const file = join(projectFolder, 'cdk.json');
  if (!existsSync(file)) throw new UserError('There is no cdk.json beside the sources.');
  const settings = JSON.parse(readFileSync(file, 'utf8')) as { app?: string; context?: object };
  // An app line may bundle first ("npm run bundle && node bin/wharf.ts"); the runner has done that by then.
  const command = (settings.app ?? '').split('&&').at(-1)?.trim().split(/\s+/) ?? [];
  if (command[0] !== 'node' || command.length < 2)
    throw new UserError('The "app" of cdk.json does not start with node.');
  return { appArguments: command.slice(1), context: settings.context ?? {} };
}

async function timed(options: AssemblyOptions, name: string, step: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  await step();
  options.onStep(name, performance.now() - startedAt);
}

function isWhole(folder: string): boolean {
  return existsSync(join(folder, 'manifest.json'));
}

function removeOldAssemblies(cacheFolder: string, current: string): void {
  const others = readdirSync(cacheFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(cacheFolder, entry.name))
    .filter((folder) => folder !== current)
    .map((folder) => ({ folder, usedAt: statSync(folder).mtimeMs }))
    .sort((left, right) => right.usedAt - left.usedAt);
  for (const { folder } of others.slice(assembliesKept - 1)) rmSync(folder, { recursive: true, force: true });
}
