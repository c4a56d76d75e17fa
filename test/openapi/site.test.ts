import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorCatalogue } from '../../core/error-catalogue.ts';
import { createSite, type Site } from '../../lambdas/system/site.ts';
import { siteFiles } from '../../lib/openapi/site-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'wharf-site-test-'));
let site: Site;

beforeAll(async () => {
  for (const { path, content } of await siteFiles()) writeFileSync(join(folder, path), content);
  site = createSite(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function textOf(answer: Awaited<ReturnType<Site['page']>>): Promise<string> {
  if (!('content' in answer)) throw new Error('The answer is not a file.');
  return Buffer.from(answer.content).toString();
}

test('the document is served as OpenAPI 3.1', async () => {
  expect(JSON.parse(await textOf(await site.document()))).toMatchObject({ openapi: '3.1.1', info: { title: 'Wharf' } });
});

test('the page has an anchor for each code, as problem documents name it', async () => {
  const page = await textOf(await site.page());
  for (const code of Object.keys(errorCatalogue)) expect(page).toContain(`id="errors/${code}"`);
});

test('the page runs no script of its own and loads nothing from another host', async () => {
  const page = await site.page();
  const html = await textOf(page);
  expect(html.match(/<script[^>]*>[^<]*/g)).toEqual(['<script src="/api/v1/docs/viewer.js">']);
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  expect(html).not.toMatch(/\son\w+="/);
  const policy = 'headers' in page ? page.headers?.['content-security-policy'] : '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
});

test('the viewer is whole, starts itself on our document, and asks its makers for nothing', async () => {
  const viewer = await site.viewer();
  if (!('content' in viewer)) throw new Error('The viewer is not a file.');
  expect(viewer.headers).toMatchObject({ 'content-encoding': 'gzip' });
  // A function may answer 6 MB, and base64 makes four bytes of three.
  expect(viewer.content.length).toBeLessThan(1_000_000);
  const script = gunzipSync(viewer.content as Uint8Array).toString();
  // Compared as booleans: a failure should not print a megabyte.
  expect(script.includes("Redoc.init('/api/v1/openapi.json'")).toBe(true);
  expect(/cdn\.redoc\.ly|\/\/# sourceMappingURL=redoc/.test(script)).toBe(false);
});

test('a file that could not be read is tried again', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'wharf-site-test-'));
  const late = createSite(empty);
  await expect(late.page()).rejects.toThrow('ENOENT');
  writeFileSync(join(empty, 'index.html'), '<p>here</p>');
  expect(await textOf(await late.page())).toBe('<p>here</p>');
  rmSync(empty, { recursive: true });
});
