import fc from 'fast-check';
import type { OpenApiParameter } from '../../../lib/openapi/build-document.ts';
import { arbitraryOf } from './arbitrary-of.ts';
import { document, unknownIds, type WalkedOperation } from './contract-world.ts';

export interface FuzzRequest {
  readonly pathValues: Readonly<Record<string, string>>;
  readonly query: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** Text that a header can carry at all; Node and API Gateway stop the rest. */
const headerText = fc.stringMatching(/^[\x21-\x7e][\x20-\x7e]{0,40}$/);

/**
 * Requests to an operation from its schemas: most of them right, others with a field too many, too few or of another kind, or with a
 * body that is no JSON. Ids are mostly those given.
 */
export function arbitraryRequest(
  one: WalkedOperation,
  ids: Readonly<Record<string, string>>,
): fc.Arbitrary<FuzzRequest> {
  const values = one.variables.map((name): [string, fc.Arbitrary<string>] => [
    name,
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(ids[name] ?? '') },
      { weight: 1, arbitrary: fc.constant(unknownIds[name] ?? 'x') },
      { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 60 }) },
    ),
  ]);
  return fc.record({
    pathValues: fc.record(Object.fromEntries(values)),
    query: queries(one),
    body: bodies(one),
    headers: headers(one),
  });
}

function bodies({ documented }: WalkedOperation): fc.Arbitrary<unknown> {
  const schema = documented.requestBody?.content['application/json']?.schema;
  if (schema === undefined) return fc.constant(undefined);
  const good = arbitraryOf(schema, document.components.schemas);
  return fc.oneof(
    { weight: 6, arbitrary: good },
    { weight: 2, arbitrary: fc.tuple(good, fc.string(), fc.jsonValue({ maxDepth: 2 })).map(spoil) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
    { weight: 1, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

/** Another value in one field, or a field that there is not. */
function spoil([body, name, value]: [unknown, string, unknown]): unknown {
  if (typeof body !== 'object' || body === null) return value;
  const keys = Object.keys(body);
  const key = keys.length > 0 && name.length % 3 !== 0 ? keys[name.length % keys.length]! : name;
  return { ...body, [key]: value };
}

function queries({ documented }: WalkedOperation): fc.Arbitrary<string> {
  const parameters = (documented.parameters ?? []).filter(({ in: place }: OpenApiParameter) => place === 'query');
  if (parameters.length === 0) return fc.constant('');
  const given = parameters.map(({ name, schema }): [string, fc.Arbitrary<unknown>] => [
    name,
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(undefined) },
      { weight: 4, arbitrary: arbitraryOf(schema, document.components.schemas) },
      { weight: 1, arbitrary: fc.string() },
    ),
  ]);
  const stray = fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant('1') });
  return fc.record({ ...Object.fromEntries(given), stray }).map((query) => {
    const present = Object.entries(query).filter(([, value]) => value !== undefined);
    return new URLSearchParams(present.map(([name, value]): [string, string] => [name, String(value)])).toString();
  });
}

function headers({ operation }: WalkedOperation): fc.Arbitrary<Record<string, string>> {
  const names = operation.reserves === undefined ? ['x-request-id'] : ['x-request-id', 'idempotency-key'];
  const text = fc.oneof(fc.uuid(), headerText);
  return fc.dictionary(fc.constantFrom(...names), text, { maxKeys: names.length });
}
