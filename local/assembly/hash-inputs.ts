import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * A digest over the contents of files and folders, in a stable order. A path that does not exist counts as empty, so that adding it
 * changes the digest.
 *
 * @example hashInputs(projectFolder, ['lib', 'package-lock.json'], ['node v24']) // 64 hexadecimal characters
 */
export function hashInputs(folder: string, paths: readonly string[], extra: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(extra));
  for (const path of paths) {
    for (const file of filesBelow(join(folder, path))) {
      hash.update(`\0${relative(folder, file)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function filesBelow(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
