import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface BundleFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly content: Uint8Array;
}

/**
 * Makes a folder hold exactly these files: writes those that differ, removes all others. The asset hash of CDK is over the whole
 * folder, so a leftover file would change what is deployed. Drafts lie in `draftFolder`, which must be on the same disk.
 */
export async function syncFolder(folder: string, files: readonly BundleFile[], draftFolder: string): Promise<void> {
  const wanted = new Set(files.map((file) => join(folder, file.path)));
  await Promise.all(files.map((file) => writeIfChanged(join(folder, file.path), file.content, draftFolder)));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !wanted.has(path)) await rm(path, { force: true });
  }
}

/** Writes a draft and moves it into place, so that a reader never sees half a file. Leaves an equal file untouched. */
export async function writeIfChanged(path: string, content: Uint8Array | string, draftFolder: string): Promise<void> {
  const bytes = Buffer.from(content);
  const current = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (current?.equals(bytes)) return;
  await mkdir(dirname(path), { recursive: true });
  await mkdir(draftFolder, { recursive: true });
  const draft = join(draftFolder, randomUUID());
  await writeFile(draft, bytes);
  await rename(draft, path);
}
