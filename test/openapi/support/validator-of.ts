import * as z from 'zod';
import type { OpenApiDocument } from '../../../lib/openapi/build-document.ts';
import type { JsonSchema } from '../../../lib/openapi/json-schema.ts';

export type Validate = (value: unknown) => string[];

/**
 * Checks values against a schema as the document has it, not as the code does. Gives the broken rules; none when the value fits.
 *
 * @example validatorOf(document, { $ref: '#/components/schemas/Session' })({}) // ['/sessionId: …', …]
 */
export function validatorOf({ components }: OpenApiDocument, schema: JsonSchema): Validate {
  const moved = JSON.parse(
    JSON.stringify({ ...schema, $defs: components.schemas }).replaceAll('#/components/schemas/', '#/$defs/'),
  );
  const parser = z.fromJSONSchema(moved);
  return (value) => {
    const result = parser.safeParse(value);
    if (result.success) return [];
    return result.error.issues.map((issue) => `/${issue.path.join('/')}: ${issue.message} ${JSON.stringify(issue)}`);
  };
}
