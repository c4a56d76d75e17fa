import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const projectFolder = join(import.meta.dirname, '../../..');

/** A fenced block of a Markdown file: its language and the `name=value` words behind it. */
export interface GuideBlock {
  readonly guide: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The guides whose blocks must be quotes of something that runs. */
export const guides = ['docs/saas-guide.md', 'docs/client-guide.md', 'docs/webhooks.md'] as const;

export async function readBlocks(guide: string): Promise<readonly GuideBlock[]> {
  return parseBlocks(guide, await readFile(join(projectFolder, guide), 'utf8'));
}

/** @example parseBlocks('a.md', '```js file=a.mjs\nx\n```\n') // [{ guide: 'a.md', line: 1, language: 'js', … }] */
export function parseBlocks(guide: string, markdown: string): readonly GuideBlock[] {
  const blocks: GuideBlock[] = [];
  const fence = /^```([^\n]*)\n([\s\S]*?)^```$/gm;
  for (const match of markdown.matchAll(fence)) {
    const [, information = '', text = ''] = match;
    const [language = '', ...words] = information.trim().split(/\s+/);
    const attributes = Object.fromEntries(words.map((word) => word.split('=', 2) as [string, string]));
    const line = markdown.slice(0, match.index).split('\n').length;
    blocks.push({ guide, line, language, attributes, text });
  }
  return blocks;
}

const marker = /^\s*(?:\/\/|#|<!--)\s*(region|endregion) (\S+)/;

/**
 * What a quote of a file must be: the file, or the lines between `region NAME` and `endregion NAME` without their common
 * indentation. Other markers are left out.
 */
export function quotable(source: string, region?: string): string {
  const lines = source.split('\n');
  const at = (kind: string) =>
    lines.findIndex((line) => {
      const found = marker.exec(line);
      return found?.[1] === kind && found[2] === region;
    });
  if (region !== undefined && (at('region') === -1 || at('endregion') < at('region'))) {
    throw new Error(`There is no region ${region}.`);
  }
  const chosen = region === undefined ? lines : [...lines.slice(at('region') + 1, at('endregion')), ''];
  const kept = chosen.filter((line) => !marker.test(line));
  const indentation = Math.min(...kept.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return kept.map((line) => line.slice(indentation)).join('\n');
}

/**
 * The names in a JSON value as paths, so that two values have the same shape when their paths are the same.
 *
 * @example keyPaths({ a: { b: 1 }, c: [{ d: 2 }] }) // ['a', 'a.b', 'c', 'c[].d']
 */
export function keyPaths(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((entry) => keyPaths(entry, `${path}[]`)))];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .flatMap(([name, entry]) => {
      const here = path === '' ? name : `${path}.${name}`;
      return [here, ...keyPaths(entry, here)];
    })
    .sort();
}
