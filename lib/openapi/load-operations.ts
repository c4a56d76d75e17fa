import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as z from 'zod/mini';
import type { ErrorCode } from '../../core/error-catalogue.ts';
import { type ApiRoute, apiRoutes } from '../../core/http/api-routes.ts';

/**
 * What the document needs to know of an operation. The functions write operations down with more types than this (see
 * `lambdas/shared/operation.ts`); `lib` may not import them, so it finds them by their place and reads them by this shape.
 */
export interface DocumentedOperation {
  readonly id: string;
  readonly method: ApiRoute['method'];
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: string;
  readonly takesSessionKeys?: true;
  readonly body?: z.ZodMiniType;
  readonly query?: z.ZodMiniType;
  readonly status: number;
  readonly data: z.ZodMiniType;
  readonly redirects?: true;
  readonly list?: true;
  readonly contentTypes?: readonly string[];
  /** What an operation with an `Idempotency-Key` makes. */
  readonly reserves?: string;
  readonly errors: readonly ErrorCode[];
}

export interface Api {
  /** In the order of `apiRoutes`. */
  readonly operations: readonly DocumentedOperation[];
  /** Names for the schemas that the functions export, for `components`. */
  readonly schemaNames: ReadonlyMap<z.ZodMiniType, string>;
}

const lambdasFolder = join(import.meta.dirname, '../../lambdas');

/**
 * All operations of all functions, found as `lambdas/<function>/operations.ts`, with the schemas beside them. Throws when an entry
 * of `apiRoutes` has no operation, or an operation no route.
 */
export async function loadApi(): Promise<Api> {
  const operations: DocumentedOperation[] = [];
  const schemaNames = new Map<z.ZodMiniType, string>();
  for (const folder of (await readdir(lambdasFolder)).sort()) {
    const files = await readdir(join(lambdasFolder, folder), { recursive: true });
    for (const file of files.filter((name) => /(^|[/-])operations\.ts$/.test(name)).sort()) {
      operations.push(...operationsIn(await load(folder, file)));
    }
    for (const file of files.filter((name) => /(^|[/-])schemas\.ts$/.test(name)).sort()) {
      nameSchemas(schemaNames, folder, await load(folder, file));
    }
  }
  return { operations: inOrderOfRoutes(operations), schemaNames };
}

function load(folder: string, file: string): Promise<Record<string, unknown>> {
  return import(pathToFileURL(join(lambdasFolder, folder, file)).href);
}

function operationsIn(module: Record<string, unknown>): DocumentedOperation[] {
  const values = Object.values(module).filter(isObject).flatMap(Object.values);
  return values.filter(
    (value): value is DocumentedOperation => isObject(value) && 'summary' in value && 'path' in value,
  );
}

/** A name that two functions use is told apart by the function's own. */
function nameSchemas(names: Map<z.ZodMiniType, string>, folder: string, module: Record<string, unknown>): void {
  const taken = new Set(names.values());
  for (const [name, value] of Object.entries(module)) {
    if (!isObject(value) || !('_zod' in value) || names.has(value as unknown as z.ZodMiniType)) continue;
    const plain = pascalCase(name);
    names.set(value as unknown as z.ZodMiniType, taken.has(plain) ? `${pascalCase(folder)}${plain}` : plain);
  }
}

function inOrderOfRoutes(operations: readonly DocumentedOperation[]): DocumentedOperation[] {
  const key = ({ method, path }: Pick<ApiRoute, 'method' | 'path'>) => `${method} ${path}`;
  const byKey = new Map(operations.map((operation) => [key(operation), operation]));
  const routes = new Set(apiRoutes.map(key));
  const strays = [...byKey.keys()].filter((name) => !routes.has(name));
  const missing = [...routes].filter((name) => !byKey.has(name));
  if (strays.length > 0) throw new Error(`These operations have no route in apiRoutes: ${strays.join(', ')}.`);
  if (missing.length > 0) throw new Error(`These routes have no operation: ${missing.join(', ')}.`);
  return [...routes].map((name) => byKey.get(name) as DocumentedOperation);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
