import { join } from 'node:path';
import { writeIfChanged } from '../bundle/sync-folder.ts';
import { siteFiles } from './site-files.ts';

const projectFolder = join(import.meta.dirname, '../..');

/** Writes the site beside the sources of `system`, for whoever runs its handler from them; git ignores it. */
export async function writeSite(): Promise<void> {
  const folder = join(projectFolder, 'lambdas/system/site');
  for (const { path, content } of await siteFiles()) {
    await writeIfChanged(join(folder, path), content, join(projectFolder, 'dist/.drafts'));
  }
}
