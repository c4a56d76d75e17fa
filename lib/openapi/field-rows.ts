import { resolveReference } from './examples/example-of.ts';
import { type JsonSchema, typesOf } from './json-schema.ts';

type Schemas = Readonly<Record<string, JsonSchema>>;

const enumShownMax = 8;

/** Rows of a Markdown table (field, type, required, meaning) for a body; fields of inner objects follow with a dot. */
export function fieldRows(schema: JsonSchema, schemas: Schemas, prefix = ''): string[] {
  const { properties = {}, required = [] } = resolveReference(schema, schemas);
  return Object.entries(properties).flatMap(([name, field]) => {
    const inner = resolveReference(field, schemas);
    const row = `| \`${prefix}${name}\` | ${typeText(inner, schemas)} | ${required.includes(name) ? 'yes' : 'no'} | ${inner.description ?? ''} |`;
    return [row, ...(inner.properties === undefined ? [] : fieldRows(inner, schemas, `${prefix}${name}.`))];
  });
}

function typeText(schema: JsonSchema, schemas: Schemas): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return enumText(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) {
    return choices.map((choice) => typeText(resolveReference(choice, schemas), schemas)).join(' or ');
  }
  if (typesOf(schema).includes('array') && typeof schema.items === 'object') {
    return `array of ${typeText(resolveReference(schema.items, schemas), schemas)}`;
  }
  const name = schema.format ?? (typesOf(schema).join(' or ') || 'any');
  return [name, ...boundsOf(schema)].join(', ');
}

function enumText(values: readonly unknown[]): string {
  const shown = values.slice(0, enumShownMax).map((value) => `\`${value}\``);
  return `one of ${shown.join(', ')}${values.length > enumShownMax ? ` and ${values.length - enumShownMax} more` : ''}`;
}

function boundsOf({ minLength, maxLength, minimum, maximum }: JsonSchema): string[] {
  const bounds: string[] = [];
  if (minLength !== undefined || maxLength !== undefined)
    bounds.push(`${minLength ?? 0} to ${maxLength ?? 'any'} characters`);
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (minimum !== undefined || isBounded) bounds.push(`${minimum ?? ''} to ${isBounded ? maximum : 'any'}`);
  return bounds;
}
