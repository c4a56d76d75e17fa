import * as z from 'zod/mini';
import { describeFields } from './describe-fields.ts';
import { type JsonSchema, schemaReference, schemaReferencePrefix, typesOf } from './json-schema.ts';
import type { Api } from './load-operations.ts';

export interface ComponentSchemas {
  /** The JSON Schema of something that is sent to the API; a reference where it has a name. */
  input(schema: z.ZodMiniType): JsonSchema;
  /** The JSON Schema of a query, never a reference: its fields become parameters. */
  query(schema: z.ZodMiniType): JsonSchema;
  /** The same of something that the API answers. */
  output(schema: z.ZodMiniType): JsonSchema;
  /** Every named schema. */
  readonly all: Readonly<Record<string, JsonSchema>>;
}

type Direction = 'input' | 'output';

/** Fields of answers that hold a moment, although their schema says no more than text. */
const momentName = /^(?:since|until|timestamp|at|[a-z]\w*At)$/;

/**
 * JSON Schemas of what the functions validate with. A schema that means different things when sent and when answered (defaults are
 * optional to the sender and always there for the reader) is told apart by the ending `Input`, unless its name says `Body` already.
 */
export function createComponentSchemas({ schemaNames }: Pick<Api, 'schemaNames'>): ComponentSchemas {
  const outputs = convertAll(schemaNames, 'output', new Map());
  const plainInputs = convertAll(schemaNames, 'input', new Map());
  const renamed = new Map<string, string>();
  for (const [name, schema] of Object.entries(plainInputs)) {
    const isBody = name.endsWith('Body');
    if (!isBody && JSON.stringify(schema) !== JSON.stringify(outputs[name])) renamed.set(name, `${name}Input`);
  }
  const inputs = renamed.size === 0 ? plainInputs : convertAll(schemaNames, 'input', renamed);
  const nameOf = (schema: z.ZodMiniType) => schemaNames.get(schema);
  return {
    input: (schema) => {
      const name = nameOf(schema);
      return name === undefined ? convert(schema, 'input') : schemaReference(renamed.get(name) ?? name);
    },
    query: (schema) => convert(schema, 'input'),
    output: (schema) => {
      const name = nameOf(schema);
      return name === undefined ? convert(schema, 'output') : schemaReference(name);
    },
    all: { ...outputs, ...inputs },
  };
}

function convertAll(
  names: ReadonlyMap<z.ZodMiniType, string>,
  io: Direction,
  renamed: ReadonlyMap<string, string>,
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, name] of names) registry.add(schema, { id: renamed.get(name) ?? name });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    unrepresentable: 'any',
    uri: (id) => `${schemaReferencePrefix}${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, describeFields(tidy(schema as JsonSchema, io), name)]),
  );
}

function convert(schema: z.ZodMiniType, io: Direction): JsonSchema {
  return tidy(z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema, io);
}

/** Leaves out what OpenAPI says elsewhere, and says of moments that they are moments. */
function tidy(schema: JsonSchema, io: Direction): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key === '$schema' || key === '$id') return undefined;
    if (key === 'propertyNames' && JSON.stringify(value) === '{"type":"string"}') return undefined;
    if (key !== 'properties' || io === 'input' || value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, withMoment(name, inner as JsonSchema)]),
    );
  }) as JsonSchema;
}

function withMoment(name: string, schema: JsonSchema): JsonSchema {
  const isText = typesOf(schema).includes('string') && schema.format === undefined && schema.enum === undefined;
  return isText && momentName.test(name) ? { ...schema, format: 'date-time' } : schema;
}
