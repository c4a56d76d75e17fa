import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Only the user of this machine may read what stands in for KMS and Secrets Manager. */
const fileMode = 0o600;

/**
 * A small JSON file with secrets. Without a path nothing is kept. Writing replaces the file as a whole, so a crash leaves the old or the new one.
 */
export interface SecretFile<Content> {
  readonly content: Content;
  save(): void;
}

/**
 * Reads the file or begins with `empty`. Throws one sentence that names the file when it does not hold JSON.
 *
 * @example const file = openSecretFile('/data/kms.json', { keys: {} }); file.content.keys['a'] = '…'; file.save();
 */
export function openSecretFile<Content extends object>(path: string | undefined, empty: Content): SecretFile<Content> {
  if (path === undefined) return { content: empty, save: () => undefined };
  mkdirSync(dirname(path), { recursive: true });
  const content = readContent(path, empty);
  return {
    content,
    save: () => {
      const temporary = `${path}.new`;
      writeFileSync(temporary, JSON.stringify(content, undefined, 2), { mode: fileMode });
      renameSync(temporary, path);
    },
  };
}

function readContent<Content extends object>(path: string, empty: Content): Content {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return empty;
    throw error;
  }
  chmodSync(path, fileMode);
  try {
    return { ...empty, ...(JSON.parse(text) as Content) };
  } catch (error) {
    throw new Error(`The file ${path} is damaged: it does not hold JSON. Restore it or start with --fresh.`, {
      cause: error,
    });
  }
}
