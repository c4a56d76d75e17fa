import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly peer?: boolean;
}

const head = `Wharf is MIT-licensed. It is built with the packages below, each under its own licence. libsignal, which Baileys needs for
encryption, is GPL-3.0: whoever passes on an image or bundle of the connector passes on GPL-3.0 code and has to honour that licence.
Made by \`npm run notice\` from package-lock.json.
`;

/** The text of NOTICE: every package that can end up in a function or in the connector, with its licence. */
export function noticeText(projectFolder: string): string {
  const lock = JSON.parse(readFileSync(join(projectFolder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const lines = Object.entries(lock.packages)
    .filter(([path, locked]) => path !== '' && !locked.dev && !locked.optional && !locked.devOptional && !locked.peer)
    .map(([path, locked]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return `${name} ${locked.version}: ${locked.license ?? 'licence not declared in its package file'}`;
    });
  return `${head}\n${[...new Set(lines)].sort().join('\n')}\n`;
}
