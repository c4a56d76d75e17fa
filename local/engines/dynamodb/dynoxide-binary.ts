import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Path of the native engine for this platform, when its package is installed. It is an optional dependency, so its absence is no error here.
 *
 * @example findDynoxideBinary() // '…/node_modules/@dynoxide/linux-x64/dynoxide'
 */
export function findDynoxideBinary(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    const folder = dirname(require.resolve(`${dynoxidePackageName()}/package.json`));
    const binary = join(folder, process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide');
    return existsSync(binary) ? binary : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** For example `@dynoxide/linux-x64`. */
export function dynoxidePackageName(): string {
  return `@dynoxide/${process.platform}-${process.arch}`;
}
