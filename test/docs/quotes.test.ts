import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCatalogue } from '../../core/error-catalogue.ts';
import { type EventType, eventTypes } from '../../core/events/event.ts';
import { sessionStatuses } from '../../core/sessions/session-status.ts';
import { type DocumentedOperation, loadApi } from '../../lib/openapi/load-operations.ts';
import {
  type GuideBlock,
  guides,
  keyPaths,
  parseBlocks,
  projectFolder,
  quotable,
  readBlocks,
} from './support/guide-blocks.ts';
import { headingAnchors, relativeLinks } from './support/markdown-links.ts';

const blocks = (await Promise.all(guides.map(readBlocks))).flat();
const { operations } = await loadApi();
const programming = new Set(['js', 'python', 'php', 'html']);

const place = ({ guide, line }: GuideBlock) => `${guide}:${line}`;
const cases = (chosen: readonly GuideBlock[]) => chosen.map((block) => [place(block), block] as const);

function operationCalled(id: string): DocumentedOperation {
  const operation = operations.find((candidate) => candidate.id === id);
  if (operation === undefined) throw new Error(`There is no operation ${id}.`);
  return operation;
}

describe('code in the guides', () => {
  it('is all quoted from files that run, and all JSON says what it is', () => {
    const code = blocks.filter(({ language }) => programming.has(language));
    expect(code.length).toBeGreaterThan(10);
    expect(code.filter(({ attributes }) => attributes.file === undefined).map(place)).toEqual([]);
    const json = blocks.filter(({ language }) => language === 'json');
    const known = ['body', 'data', 'event', 'problem'];
    expect(json.filter(({ attributes }) => !known.some((name) => name in attributes)).map(place)).toEqual([]);
  });

  it.each(cases(blocks.filter(({ attributes }) => 'file' in attributes)))('%s equals its file', async (_, block) => {
    const { file = '', region } = block.attributes;
    expect(block.text).toBe(quotable(await readFile(join(projectFolder, file), 'utf8'), region));
  });

  it('notices a quote that differs from its region', () => {
    const [block] = parseBlocks('a.md', 'x\n\n```js file=a.mjs region=one\nconst a = 1;\n```\n');
    expect(block).toMatchObject({ line: 3, attributes: { file: 'a.mjs', region: 'one' } });
    const source = 'top\n  // region one\n  const a = 2;\n  // endregion one\n';
    expect(quotable(source, 'one')).toBe('const a = 2;\n');
    expect(quotable(source, 'one')).not.toBe(block?.text);
    expect(() => quotable(source, 'two')).toThrow('no region two');
  });
});

describe('JSON in the guides', () => {
  const json = blocks.filter(({ language }) => language === 'json');

  it.each(cases(json.filter(({ attributes }) => 'body' in attributes)))(
    '%s is a body that the API takes',
    (_, block) => {
      const { body } = operationCalled(block.attributes.body ?? '');
      expect(body?.safeParse(JSON.parse(block.text)).error?.issues).toBeUndefined();
      expect(body).toBeDefined();
    },
  );

  it.each(cases(json.filter(({ attributes }) => 'data' in attributes)))('%s is an answer of the API', (_, block) => {
    const { data: schema } = operationCalled(block.attributes.data ?? '');
    const { success, data, pagination } = JSON.parse(block.text);
    expect(success).toBe(true);
    if (pagination !== undefined) expect(keyPaths(pagination)).toEqual(['hasMore', 'nextCursor']);
    for (const one of pagination === undefined ? [data] : data) {
      expect(schema.safeParse(one).error?.issues).toBeUndefined();
    }
  });

  it.each(cases(json.filter(({ attributes }) => 'problem' in attributes)))('%s is a problem document', (_, block) => {
    const problem = JSON.parse(block.text);
    const entry = errorCatalogue[problem.code as keyof typeof errorCatalogue];
    expect(problem).toMatchObject({ ...entry, success: false, type: `/api/v1/docs#errors/${problem.code}` });
    expect(Object.keys(problem)).toEqual(expect.arrayContaining(['detail', 'instance', 'requestId']));
  });

  it.each(cases(json.filter(({ attributes }) => 'event' in attributes)))('%s is an event', (_, block) => {
    const event = JSON.parse(block.text);
    expect(eventTypes).toContain(block.attributes.event as EventType);
    expect([event.type, event.event]).toEqual([block.attributes.event, block.attributes.event]);
  });
});

describe('names in the guides', () => {
  it('lists every status of a session', async () => {
    const guide = await readFile(join(projectFolder, 'docs/saas-guide.md'), 'utf8');
    const rows = [...guide.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name);
    expect(rows).toEqual(expect.arrayContaining([...sessionStatuses]));
  });

  it.each(guides)('%s names only routes and error codes that exist', async (guide) => {
    const text = await readFile(join(projectFolder, guide), 'utf8');
    const written = [...text.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[^`?\s]*)/g)];
    expect(written.length).toBeGreaterThan(3);
    const shape = (path: string) => path.replace(/\{\w+\}|:\w+/g, '*');
    const routes = new Set(operations.map(({ method, path }) => `${method} ${shape(path)}`));
    expect(
      written.map(([, method, path = '']) => `${method} ${shape(path)}`).filter((route) => !routes.has(route)),
    ).toEqual([]);
    const codes = [...text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code = '']) => code);
    expect(codes.filter((code) => !(code in errorCatalogue) && !/^(WHARF|NODE)_/.test(code))).toEqual([]);
  });
});

describe('relative links of the documents', async () => {
  const inDocs = (await readdir(join(projectFolder, 'docs'))).filter((name) => name.endsWith('.md'));
  const documents = ['README.md', ...inDocs.map((name) => join('docs', name))];

  it.each(documents)('%s leads to files and headings that are there', async (document) => {
    const markdown = await readFile(join(projectFolder, document), 'utf8');
    const dead: string[] = [];
    for (const link of relativeLinks(markdown)) {
      const [path = '', anchor] = link.split('#', 2);
      const file = path === '' ? join(projectFolder, document) : join(projectFolder, dirname(document), path);
      if (!existsSync(file)) dead.push(link);
      else if (anchor !== undefined && file.endsWith('.md')) {
        if (!headingAnchors(await readFile(file, 'utf8')).has(anchor)) dead.push(link);
      }
    }
    expect(dead).toEqual([]);
  });
});
