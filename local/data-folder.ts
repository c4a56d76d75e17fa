import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takePidLock } from './process/pid-lock.ts';
import { UserError } from './user-error.ts';

/** Tells our folders from others, and later layouts from this one. */
const markerName = 'wharf-data.json';
const lockName = 'runner.lock';
const layoutVersion = 1;

export interface DataFolder {
  readonly folder: string;
  /** Files of the engines. */
  readonly engines: string;
  readonly simulator: string;
  /** Lets the next runner have the folder. */
  release(): void;
}

/**
 * Takes the data folder for this runner: makes it when it does not exist, empties it when `fresh`. Throws one sentence when another runner has it, when it is not
 * a data folder of ours, or when its marker cannot be read.
 *
 * @example const data = openDataFolder('.wharf/data', { fresh: false }); try { … } finally { data.release(); }
 */
export function openDataFolder(folder: string, options: { readonly fresh: boolean }): DataFolder {
  const { isNew } = inspect(folder, options.fresh);
  mkdirSync(folder, { recursive: true });
  const lock = takePidLock(join(folder, lockName));
  if ('heldBy' in lock) {
    throw new UserError(
      `Another runner (process ${lock.heldBy}) is using ${folder}; stop it or choose another folder with --data.`,
    );
  }
  if (options.fresh) empty(folder);
  if (isNew || options.fresh) writeFileSync(join(folder, markerName), JSON.stringify({ layoutVersion }));
  const engines = join(folder, 'engines');
  const simulator = join(folder, 'simulator');
  for (const each of [engines, simulator]) mkdirSync(each, { recursive: true });
  return { folder, engines, simulator, release: lock.release };
}

function inspect(folder: string, fresh: boolean): { readonly isNew: boolean } {
  if (!existsSync(folder)) return { isNew: true };
  const names = listFolder(folder);
  if (names.includes(markerName)) {
    if (!fresh) checkMarker(folder);
    return { isNew: false };
  }
  // A runner that was killed between its lock and its marker leaves the lock alone behind.
  if (names.every((name) => name.startsWith(lockName))) return { isNew: true };
  throw new UserError(`${folder} is not empty and not a Wharf data folder; choose another one with --data.`);
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new UserError(`${folder} cannot be read as a folder: ${(error as Error).message}.`, { cause: error });
  }
}

function checkMarker(folder: string): void {
  const marker = readMarker(join(folder, markerName));
  if (marker === layoutVersion) return;
  if (typeof marker === 'number') {
    throw new UserError(
      `The data folder ${folder} has layout ${marker}, this runner knows ${layoutVersion}; start with --fresh to empty it.`,
    );
  }
  throw new UserError(`The data folder ${folder} is corrupt (${markerName}); start with --fresh to empty it.`);
}

function readMarker(file: string): unknown {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { layoutVersion?: unknown } | null)?.layoutVersion;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function empty(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(lockName)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
