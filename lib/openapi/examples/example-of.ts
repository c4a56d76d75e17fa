import { type JsonSchema, schemaReferencePrefix, typesOf } from '../json-schema.ts';
import { fieldValues } from './field-values.ts';

export type Components = Readonly<Record<string, JsonSchema>>;

interface Place {
  /** The named schema that the value stands in. */
  readonly owner?: string;
  readonly field?: string;
}

/** Deeper than any schema of ours; a schema that refers to itself ends here. */
const depthMax = 12;

/**
 * An example that fits a schema: every field, with the values of `fieldValues` where they fit and plain ones elsewhere.
 *
 * @example exampleOf(schemaReference('Webhook'), schemas.all) // { id: 'wh_…', url: 'https://receiver.example.com/wharf', … }
 */
export function exampleOf(schema: JsonSchema, components: Components): unknown {
  return make(schema, components, {}, 0);
}

/** The named schema behind a reference; the schema itself when it is none. */
export function resolveReference(schema: JsonSchema, components: Components): JsonSchema {
  if (schema.$ref === undefined) return schema;
  const target = components[schema.$ref.slice(schemaReferencePrefix.length)];
  if (target === undefined) throw new Error(`There is no schema ${schema.$ref}.`);
  return resolveReference(target, components);
}

function make(schema: JsonSchema, components: Components, place: Place, depth: number): unknown {
  if (depth > depthMax) return null;
  if (schema.$ref !== undefined) {
    const owner = schema.$ref.slice(schemaReferencePrefix.length);
    return make(resolveReference(schema, components), components, { ...place, owner }, depth + 1);
  }
  const known = knownValue(schema, place);
  if (known !== undefined) return known;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return make(choices[0] ?? {}, components, place, depth + 1);
  return makeOfType(schema, components, place, depth);
}

function makeOfType(schema: JsonSchema, components: Components, place: Place, depth: number): unknown {
  switch (typesOf(schema)[0]) {
    case 'object':
      return makeObject(schema, components, place, depth);
    case 'array': {
      const { items } = schema;
      return typeof items === 'object' ? [make(items, components, dropField(place), depth + 1)] : [];
    }
    case 'string':
      return text(schema);
    case 'number':
    case 'integer':
      return Math.max(schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1);
    case 'boolean':
      return true;
    default:
      return null;
  }
}

function makeObject(schema: JsonSchema, components: Components, { owner }: Place, depth: number): unknown {
  const fields = Object.entries(schema.properties ?? {});
  return Object.fromEntries(
    fields.map(([field, inner]) => [
      field,
      make(inner, components, owner === undefined ? { field } : { owner, field }, depth + 1),
    ]),
  );
}

function dropField({ owner }: Place): Place {
  return owner === undefined ? {} : { owner };
}

/** Text that passes a check of its format. */
function text({ format, minLength = 0 }: JsonSchema): string {
  if (format === 'date-time') return '2026-11-22T09:30:00.000Z';
  if (format === 'email') return 'owner@example.com';
  if (format === 'uri') return 'https://example.com/';
  return 'text'.padEnd(minLength, 'x');
}

function knownValue(schema: JsonSchema, { owner, field }: Place): unknown {
  if (field === undefined) return undefined;
  const candidates = [fieldValues[`${owner}.${field}`], fieldValues[field]];
  return candidates.find((value) => value !== undefined && fits(value, schema));
}

/** A quick look, enough to choose a value; the test of the document checks examples in full. */
function fits(value: unknown, schema: JsonSchema): boolean {
  if (schema.const !== undefined) return schema.const === value;
  if (schema.enum !== undefined) return schema.enum.includes(value);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.some((choice) => fits(value, choice));
  if (schema.$ref !== undefined) return false;
  const types = typesOf(schema);
  if (types.length > 0 && !types.includes(typeOf(value)) && !(types.includes('number') && typeof value === 'number')) {
    return false;
  }
  if (typeof value === 'string') return fitsText(value, schema);
  if (Array.isArray(value)) return value.every((item) => typeof schema.items !== 'object' || fits(item, schema.items));
  return typeOf(value) !== 'object' || fitsObject(value as Record<string, unknown>, schema);
}

function fitsText(value: string, { pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY, format }: JsonSchema) {
  if (format === 'date-time' && Number.isNaN(Date.parse(value))) return false;
  if (value.length < minLength || value.length > maxLength) return false;
  return pattern === undefined || new RegExp(pattern, 'u').test(value);
}

function fitsObject(value: Record<string, unknown>, { properties, required = [], additionalProperties }: JsonSchema) {
  const keys = Object.keys(value);
  const known = properties ?? {};
  if (required.some((name) => !(name in value))) return false;
  return keys.every((key) => {
    const inner = known[key] ?? additionalProperties;
    return inner === undefined || inner === true || (inner !== false && fits(value[key], inner));
  });
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
