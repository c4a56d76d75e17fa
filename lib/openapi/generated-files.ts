import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withEvents } from '../webhook-guide/events-section.ts';
import { apiReference } from './api-reference.ts';
import { buildDocument } from './build-document.ts';
import { loadApi } from './load-operations.ts';

/** The files that are made from the operations and kept in git, by their path in the project. */
export async function generatedFiles(): Promise<Readonly<Record<string, string>>> {
  const document = buildDocument(await loadApi());
  return {
    'docs/openapi.json': `${JSON.stringify(document, undefined, 2)}\n`,
    'docs/api-reference.md': apiReference(document),
    'docs/webhooks.md': withEvents(await readFile(join(import.meta.dirname, '../../docs/webhooks.md'), 'utf8')),
  };
}
