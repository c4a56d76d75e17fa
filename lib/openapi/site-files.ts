import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { buildDocument } from './build-document.ts';
import { docsPage, viewerStart } from './docs-page.ts';
import { loadApi } from './load-operations.ts';

export interface SiteFile {
  readonly path: string;
  readonly content: Uint8Array;
}

const { resolve } = createRequire(import.meta.url);

/**
 * What the function `system` serves beside its code, in the folder `site`: the document, the page, and the viewer with its licences. The
 * viewer is packed, as browsers take it and a function may answer no more than 6 MB.
 *
 * @example (await siteFiles()).map(({ path }) => path) // ['openapi.json', 'index.html', 'viewer.js.gz', 'viewer.LICENSE.txt']
 */
export async function siteFiles(): Promise<SiteFile[]> {
  const document = buildDocument(await loadApi());
  const viewerPath = resolve('redoc/bundles/redoc.standalone.js');
  const viewer = selfContained(await readFile(viewerPath, 'utf8'));
  return [
    { path: 'openapi.json', content: Buffer.from(JSON.stringify(document)) },
    { path: 'index.html', content: Buffer.from(docsPage(document)) },
    { path: 'viewer.js.gz', content: gzipSync(`${viewer}${viewerStart}`, { level: 9 }) },
    { path: 'viewer.LICENSE.txt', content: await readFile(`${viewerPath}.LICENSE.txt`) },
  ];
}

/** A picture that the viewer would fetch from its makers; without it the viewer shows none. */
const foreignPicture = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

/** The map is not served, and a browser's tools would ask for it. */
function selfContained(script: string): string {
  return script.replaceAll(foreignPicture, 'data:,').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
}
