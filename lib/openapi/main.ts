import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatedFiles } from './generated-files.ts';
import { writeSite } from './write-site.ts';

/** `npm run openapi`: writes the document and the reference from the operations of all functions. */
const projectFolder = join(import.meta.dirname, '../..');
for (const [path, content] of Object.entries(await generatedFiles())) {
  await writeFile(join(projectFolder, path), content);
  process.stdout.write(`${path}\n`);
}
await writeSite();
