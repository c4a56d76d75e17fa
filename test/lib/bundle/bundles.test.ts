import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environmentNames } from '../../../core/environment.ts';
import { type Bundles, bundleAll, projectFolder } from '../../../lib/bundle/bundle.ts';
import { functionNames, resource, resourcesOf, synthesize } from '../support/synthesize.ts';

const folder = mkdtempSync(join(tmpdir(), 'wharf-bundle-test-'));
let bundles: Bundles;

beforeAll(async () => {
  bundles = await bundleAll(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Bytes of an API function, whose cold start somebody waits for. */
const apiBytesMax = 330_000;
const eventBytesMax = 260_000;
const eventFunctions = new Set<string>(['fan-out', 'deliver', 'sweep', 'recover', 'mail']);

function lambda(name: string) {
  const found = Object.entries(bundles.lambdas.outputs).find(([path]) => path.endsWith(`lambdas/${name}/index.mjs`));
  if (found === undefined) throw new Error(`The function ${name} was not bundled.`);
  return found[1];
}

/** Files of a bundle that left at least a byte in it. */
function contents(output: { readonly inputs: Record<string, { readonly bytesInOutput: number }> }): string[] {
  return Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
}

describe.each(functionNames)('the bundle of %s', (name) => {
  test('keeps to its budget', () => {
    expect(lambda(name).bytes).toBeLessThanOrEqual(eventFunctions.has(name) ? eventBytesMax : apiBytesMax);
  });

  test('carries nothing that a cold start should not pay for', () => {
    const forbidden =
      /node_modules\/(@whiskeysockets|libsignal|whatsapp-rust-bridge|qrcode|ajv|undici|lru-cache|aws-xray-sdk[^/]*|zod\/v4\/classic|zod\/v3|@aws-sdk\/credential-provider-[^/]+)\//;
    expect(contents(lambda(name)).filter((path) => forbidden.test(path))).toEqual([]);
  });
});

test('the bundle of system serves the reference that lies beside its code', async () => {
  expect(readdirSync(join(folder, 'lambdas/system'))).toEqual(['index.mjs', 'site']);
  Object.assign(process.env, { STAGE: 'test', POWERTOOLS_LOG_LEVEL: 'SILENT' });
  const { handler } = await import(join(folder, 'lambdas/system/index.mjs'));
  for (const [path, type] of [
    ['/docs', 'text/html; charset=utf-8'],
    ['/docs/viewer.js', 'text/javascript; charset=utf-8'],
    ['/openapi.json', 'application/json'],
  ] as const) {
    const rawPath = `/api/v1${path}`;
    const http = { method: 'GET', path: rawPath, sourceIp: '127.0.0.1' };
    const answer = await handler({ version: '2.0', rawPath, headers: {}, requestContext: { http } }, {});
    expect({ path, status: answer.statusCode, type: answer.headers['content-type'] }).toEqual({
      path,
      status: 200,
      type,
    });
  }
});

describe('the connector', () => {
  const output = (name: string) =>
    Object.entries(bundles.connector.outputs).find(([path]) => path.endsWith(`connector/${name}`))![1];

  test('keeps the credential provider that a Fargate task lives on', () => {
    expect(contents(output('main.mjs')).join('\n')).toContain('@aws-sdk/credential-provider-http/');
  });

  test('has a parent process that carries no WhatsApp', () => {
    expect(contents(output('parent.mjs')).filter((path) => /@whiskeysockets|libsignal/.test(path))).toEqual([]);
  });

  test('is a folder of three files: the image holds nothing else', () => {
    expect(readdirSync(join(folder, 'connector')).sort()).toEqual([
      'Dockerfile',
      'main.mjs',
      'mark-dead.mjs',
      'parent.mjs',
    ]);
  });
});

test('bundling again writes the same bytes, so an asset changes only with its sources', async () => {
  const again = mkdtempSync(join(tmpdir(), 'wharf-bundle-test-'));
  await bundleAll(again);
  for (const path of [...functionNames.map((name) => `lambdas/${name}/index.mjs`), 'connector/main.mjs']) {
    expect(readFileSync(join(again, path)).equals(readFileSync(join(folder, path))), path).toBe(true);
  }
  rmSync(again, { recursive: true });
}, 60_000);

describe('every variable that the code names is set by the stack', () => {
  const template = synthesize();

  test.each(functionNames)('for %s', (name) => {
    const [, { Properties }] = resourcesOf(template, 'AWS::Lambda::Function').find(([id]) => isFunction(id, name))!;
    const { Variables } = Properties.Environment as { Variables: object };
    expect(Object.keys(Variables)).toEqual(expect.arrayContaining(variablesIn(contents(lambda(name)))));
  });

  test('for the connector', () => {
    const { Properties } = resource(template, 'AWS::ECS::TaskDefinition', 'FleetTask');
    const [container] = Properties.ContainerDefinitions as { Environment: { Name: string }[] }[];
    const inputs = Object.values(bundles.connector.outputs).flatMap(contents);
    expect(container!.Environment.map(({ Name }) => Name)).toEqual(expect.arrayContaining(variablesIn(inputs)));
  });
});

function isFunction(logicalId: string, name: string): boolean {
  const start = logicalId.replace(/^EventFunctions|(Function)?[0-9A-F]{8}$/g, '');
  return start.toLowerCase() === name.replace('-', '');
}

/** Values of `environmentNames` that our own files among these mention. */
function variablesIn(paths: readonly string[]): string[] {
  const ours = paths.filter((path) => !path.includes('node_modules') && !path.endsWith('core/environment.ts'));
  const text = ours.map((path) => readFileSync(join(projectFolder, path), 'utf8')).join('\n');
  const keys = new Set([...text.matchAll(/environmentNames\.(\w+)/g)].map(([, key]) => key as string));
  return [...keys].map((key) => environmentNames[key as keyof typeof environmentNames]);
}
