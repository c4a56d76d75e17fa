import { fieldDescriptions } from './field-descriptions.ts';
import type { JsonSchema } from './json-schema.ts';

/** The schema with `description` at the fields that `fieldDescriptions` knows, at any depth. References keep theirs. */
export function describeFields(schema: JsonSchema, owner: string): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key !== 'properties' || typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, describe(name, field, owner)]));
  }) as JsonSchema;
}

function describe(name: string, field: JsonSchema, owner: string): JsonSchema {
  const description = field.description ?? fieldDescriptions[`${owner}.${name}`] ?? fieldDescriptions[name];
  return description === undefined || field.$ref !== undefined ? field : { ...field, description };
}
