import fc from 'fast-check';
import { resolveReference } from '../../../lib/openapi/examples/example-of.ts';
import { type JsonSchema, typesOf } from '../../../lib/openapi/json-schema.ts';

type Schemas = Readonly<Record<string, JsonSchema>>;

/** Lists and texts of the schemas may be far longer; what is long is tried by other tests. */
const itemsMax = 4;
const charactersMax = 200;

/** Values that a schema of the document allows, and with that mostly requests that get past the check of their form. */
export function arbitraryOf(schema: JsonSchema, schemas: Schemas): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return arbitraryOf(resolveReference(schema, schemas), schemas);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => arbitraryOf(choice, schemas)));
  const types = typesOf(schema);
  if (types.length === 0) return fc.jsonValue({ maxDepth: 2 });
  return fc.oneof(...types.map((type) => ofType(type, schema, schemas)));
}

function ofType(type: string, schema: JsonSchema, schemas: Schemas): fc.Arbitrary<unknown> {
  const { minimum, maximum, minItems = 0, maxItems = itemsMax, items } = schema;
  switch (type) {
    case 'object':
      return objects(schema, schemas);
    case 'array': {
      const item = typeof items === 'object' ? arbitraryOf(items, schemas) : fc.jsonValue({ maxDepth: 1 });
      return fc.array(item, { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, itemsMax)) });
    }
    case 'string':
      return texts(schema);
    case 'integer':
      return fc.integer({ min: Math.max(minimum ?? -1_000, -1_000_000), max: Math.min(maximum ?? 1_000, 1_000_000) });
    case 'number':
      return fc.double({ min: minimum ?? -1_000, max: maximum ?? 1_000, noNaN: true });
    case 'boolean':
      return fc.boolean();
    default:
      return fc.constant(null);
  }
}

function objects(schema: JsonSchema, schemas: Schemas): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties, propertyNames } = schema;
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, arbitraryOf(inner, schemas)]),
  );
  if (Object.keys(fields).length > 0) return records(fields, required);
  if (typeof additionalProperties !== 'object')
    return fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: itemsMax });
  const names =
    propertyNames === undefined ? fc.string() : (arbitraryOf(propertyNames, schemas) as fc.Arbitrary<string>);
  return fc.dictionary(names, arbitraryOf(additionalProperties, schemas), { maxKeys: itemsMax });
}

/** Optional fields are there in half of all cases, so that each combination comes up within a few dozen runs. */
function records(fields: Record<string, fc.Arbitrary<unknown>>, required: readonly string[]): fc.Arbitrary<unknown> {
  const absent = Symbol('absent');
  const given = Object.entries(fields).map(([name, field]): [string, fc.Arbitrary<unknown>] => [
    name,
    required.includes(name) ? field : fc.oneof(fc.constant(absent), field),
  ]);
  return fc
    .record(Object.fromEntries(given))
    .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== absent)));
}

const plainAddress = fc.stringMatching(/^[a-z][a-z0-9]{3,20}@[a-z]{3,20}\.(?:com|org)$/);

function texts({ format, pattern, minLength = 0, maxLength = charactersMax }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'email') return fc.oneof(plainAddress, fc.emailAddress());
  if (format === 'date-time') {
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((at) => at.toISOString());
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const bounds = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, charactersMax)) };
  return fc.oneof(fc.string(bounds), fc.string({ ...bounds, unit: 'binary' }));
}
