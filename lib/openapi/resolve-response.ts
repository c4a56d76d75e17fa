import type { OpenApiDocument, OpenApiOperation, OpenApiResponse } from './build-document.ts';

/** The answer of an operation with a status, behind its reference; undefined when the document has none. */
export function resolveResponse(
  { components }: OpenApiDocument,
  { responses }: OpenApiOperation,
  status: number | string,
): OpenApiResponse | undefined {
  const response = responses[status];
  if (response === undefined || !('$ref' in response)) return response;
  return components.responses[response.$ref.slice('#/components/responses/'.length)];
}
