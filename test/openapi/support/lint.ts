import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface Problem {
  readonly severity: string;
  readonly ruleId: string;
  readonly message: string;
  readonly location: readonly { readonly pointer?: string }[];
}

interface Linter {
  createConfig(options: object): Promise<object>;
  lintFromString(options: { source: string; absoluteRef: string; config: object }): Promise<Problem[]>;
}

/** The linter is a part of the viewer, so it is found from there. */
const require = createRequire(import.meta.url);
const linter = createRequire(require.resolve('redoc/package.json'))('@redocly/openapi-core') as Linter;

/** Warnings and errors of Redocly's strictest rules for a document, as text. */
export async function lint(document: object): Promise<string[]> {
  const config = await linter.createConfig({
    extends: ['recommended-strict'],
    rules: {
      // Open operations without input have nothing that a caller could do wrong; a test of ours asks it of all others.
      'operation-4xx-response': 'off',
      'operation-operationId-unique': 'error',
      'operation-description': 'error',
      'tag-description': 'error',
      'no-unused-components': 'error',
      'no-invalid-parameter-examples': 'error',
      'no-ambiguous-paths': 'error',
      'no-duplicated-tag-names': 'error',
    },
  });
  const problems = await linter.lintFromString({
    source: JSON.stringify(document),
    absoluteRef: '/openapi.json',
    config,
  });
  return problems.map(({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer}: ${message}`);
}

export function readText(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}
