import { beforeAll, describe, expect, test } from 'vitest';
import { errorCatalogue } from '../../core/error-catalogue.ts';
import { apiRoutes } from '../../core/http/api-routes.ts';
import { buildDocument, type OpenApiDocument, type OpenApiOperation } from '../../lib/openapi/build-document.ts';
import { codeUses } from '../../lib/openapi/code-uses.ts';
import { generatedFiles } from '../../lib/openapi/generated-files.ts';
import { loadApi } from '../../lib/openapi/load-operations.ts';
import { resolveResponse } from '../../lib/openapi/resolve-response.ts';
import { lint, readText } from './support/lint.ts';
import { validatorOf } from './support/validator-of.ts';

const document: OpenApiDocument = buildDocument(await loadApi());
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]): [string, OpenApiOperation] => [
    `${method.toUpperCase()} ${path}`,
    operation,
  ]),
);

describe('the files in git are what `npm run openapi` writes', () => {
  let files: Readonly<Record<string, string>>;
  beforeAll(async () => {
    files = await generatedFiles();
  });

  test.each(['docs/openapi.json', 'docs/api-reference.md'])('%s', (path) => {
    expect(readText(path) === files[path], `${path} is not up to date: npm run openapi`).toBe(true);
  });
});

test('every route is in it, and nothing else', () => {
  const routes = apiRoutes.map(({ method, path }) => `${method} ${path}`);
  expect(operations.map(([name]) => name).sort()).toEqual(routes.sort());
});

/** The linter reads a document of half a megabyte. */
const lintTimeoutMs = 60_000;

test('the linter has nothing to say', { timeout: lintTimeoutMs }, async () => {
  expect(await lint(document)).toEqual([]);
});

test('the linter would say something', { timeout: lintTimeoutMs }, async () => {
  const broken = structuredClone(document) as { components: { schemas: Record<string, object> }; paths: object };
  broken.components.schemas.Unused = { type: 'object' };
  expect((await lint(broken)).join('\n')).toContain('no-unused-components');
  const [name = ''] = Object.keys(document.components.examples);
  const wrong = structuredClone(document) as { components: { examples: Record<string, { value: object }> } };
  wrong.components.examples[name] = { value: { code: 'NO_SUCH_CODE' } };
  expect((await lint(wrong)).join('\n')).toContain('no-invalid-media-type-examples');
});

describe.each(operations)('%s', (name, operation) => {
  const good = Object.keys(operation.responses).filter((status) => status.startsWith('2'));
  const failing = Object.keys(operation.responses).filter((status) => Number(status) >= 400);

  test('has a summary, a description and a tag that is described', () => {
    expect(operation.summary.length).toBeGreaterThan(5);
    expect(operation.description.length).toBeGreaterThan(10);
    const tag = document.tags.find((one) => one.name === operation.tags[0]);
    expect(tag?.description).toBeTypeOf('string');
  });

  test('has examples of what is sent and answered, and they fit their schemas', () => {
    const body = operation.requestBody?.content['application/json'];
    if (body !== undefined) expect(validatorOf(document, body.schema)(body.example)).toEqual([]);
    expect(good).toHaveLength(1);
    const contents = Object.values(resolveResponse(document, operation, good[0]!)!.content);
    const enveloped = contents.filter(({ schema }) => schema.properties?.data !== undefined);
    expect(contents.length).toBeGreaterThan(0);
    for (const { schema, example } of enveloped) {
      expect(example).toMatchObject({ success: true });
      expect(validatorOf(document, schema)(example)).toEqual([]);
    }
  });

  test('names its errors, each of the catalogue and with an example', () => {
    const codes = failing.flatMap((status) => {
      const problem = resolveResponse(document, operation, status)!.content['application/problem+json']!;
      const named = Object.keys(problem.examples!);
      expect(problem.schema.properties!.code!.enum).toEqual(named);
      return named.map((code) => [code, Number(status)] as const);
    });
    for (const [code, status] of codes) {
      expect(errorCatalogue[code as keyof typeof errorCatalogue].status).toBe(status);
      const { value } = document.components.examples[code] as { value: unknown };
      expect(validatorOf(document, { $ref: '#/components/schemas/Problem' })(value)).toEqual([]);
    }
    expect(codes.map(([code]) => code)).toEqual(expect.arrayContaining(['INTERNAL_ERROR', 'SERVICE_UNAVAILABLE']));
    const takesInput = operation.security.length > 0 || operation.requestBody !== undefined || name.includes('{');
    if (takesInput) expect(failing.some((status) => status.startsWith('4'))).toBe(true);
  });

  test('says which limits and which request its answers belong to', () => {
    for (const status of [...good, ...failing]) {
      const headers = Object.keys(resolveResponse(document, operation, status)!.headers);
      expect(headers).toContain('x-request-id');
      if (operation.security.length > 0) {
        expect(headers).toEqual(expect.arrayContaining(['ratelimit', 'ratelimit-policy', 'x-ratelimit-remaining']));
      }
      if (status === '429') expect(headers).toContain('retry-after');
    }
  });
});

/** The first two are answers to paths and methods that there are not; the third waits for the route that adds webhooks. */
const ofNoOperation = ['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED', 'QUOTA_WEBHOOKS_EXCEEDED'];

test('every other code of the catalogue is answered by some operation', () => {
  const unused = codeUses(document).filter(({ usedBy }) => usedBy.length === 0);
  expect(unused.map(({ code }) => code).filter((code) => !ofNoOperation.includes(code))).toEqual([]);
});
