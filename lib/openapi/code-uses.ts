import { type ErrorCode, errorCatalogue } from '../../core/error-catalogue.ts';
import type { OpenApiDocument } from './build-document.ts';
import { resolveResponse } from './resolve-response.ts';

/** An error code, and the operations that may answer it. */
export interface CodeUse {
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  /** `POST /sessions`; `every operation` stands alone. */
  readonly usedBy: readonly string[];
}

/** Every code of the catalogue in its order. */
export function codeUses(document: OpenApiDocument): CodeUse[] {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
  return (Object.keys(errorCatalogue) as ErrorCode[]).map((code) => {
    const { status, title } = errorCatalogue[code];
    const names = operations.flatMap(({ name, operation }) => {
      const problem = resolveResponse(document, operation, status)?.content['application/problem+json'];
      return problem?.examples?.[code] === undefined ? [] : [name];
    });
    return { code, status, title, usedBy: names.length === operations.length ? ['every operation'] : names };
  });
}
