import { mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of this process for media on their way; what a killed process of the same id left is removed at the start. */
export interface TempFolder {
  /** A path that nobody else uses. Whoever takes it removes the file. */
  newPath(): string;
  remove(path: string): Promise<void>;
  /** Removes the folder with all that is in it. */
  destroy(): void;
}

/** @example const folder = createTempFolder(); const path = folder.newPath(); */
export function createTempFolder(root: string = join(tmpdir(), 'wharf-media')): TempFolder {
  const folder = join(root, String(process.pid));
  rmSync(folder, { recursive: true, force: true });
  // Nobody else on the machine reads what people send each other.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let count = 0;
  return {
    newPath: () => join(folder, String(count++)),
    remove: (path) => rm(path, { force: true }),
    destroy: () => rmSync(folder, { recursive: true, force: true }),
  };
}
