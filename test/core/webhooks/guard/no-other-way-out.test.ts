import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../../..');
const guardFolder = join('core', 'webhooks', 'guard');

/** Ways to call a URL that skip the guard. */
const forbiddenCalls = [
  /\bfetch\s*\(/,
  /['"](?:undici|axios|got|node-fetch)['"]/,
  /\bhttps?\s*\.\s*(?:request|get)\s*\(/,
  /\{[^}]*\b(?:request|get)\b[^}]*\}\s*from\s*['"](?:node:)?https?['"]/,
  /['"](?:node:)?http2['"]/,
];

async function sourcesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function findCall(source: string): RegExp | undefined {
  return forbiddenCalls.find((pattern) => pattern.test(source));
}

describe('the guard is the only way to a URL', () => {
  it.each(['core', 'lambdas'])('nothing in %s/ calls out by itself', async (folder) => {
    const files = (await sourcesBelow(folder)).filter((file) => !file.startsWith(guardFolder));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(findCall(await readFile(join(root, file), 'utf8')), file).toBeUndefined();
  });

  it('would notice one', () => {
    for (const source of [
      'await fetch(url)',
      'globalThis.fetch (url)',
      "import { Agent } from 'undici'",
      'https.request(url)',
      'http.get(url)',
      "import { Agent, request as call } from 'node:https'",
    ]) {
      expect(findCall(source), source).toBeDefined();
    }
  });
});
