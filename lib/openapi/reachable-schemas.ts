import { type JsonSchema, schemaReferencePrefix } from './json-schema.ts';

/** The schemas that `root` refers to, and those that they refer to, sorted by name. Throws when one is missing. */
export function reachableSchemas(
  root: unknown,
  schemas: Readonly<Record<string, JsonSchema>>,
): Record<string, JsonSchema> {
  const found = new Map<string, JsonSchema>();
  const visit = (value: unknown) => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      if (found.has(name)) continue;
      const schema = schemas[name];
      if (schema === undefined) throw new Error(`There is no schema ${schemaReferencePrefix}${name}.`);
      found.set(name, schema);
      visit(schema);
    }
  };
  visit(root);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
