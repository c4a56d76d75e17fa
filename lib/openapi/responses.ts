import { STATUS_CODES } from 'node:http';
import { type ErrorCode, errorCatalogue } from '../../core/error-catalogue.ts';
import type { ComponentSchemas } from './component-schemas.ts';
import { errorsOf, isOpen } from './errors-of.ts';
import { type Components, exampleOf } from './examples/example-of.ts';
import { operationExamples } from './examples/field-values.ts';
import { type JsonSchema, schemaReference } from './json-schema.ts';
import type { DocumentedOperation } from './load-operations.ts';
import { rateLimitHeaderNames } from './shared-components.ts';

export interface ResponseParts {
  readonly schemas: ComponentSchemas;
  /** Named schemas, those of every answer included. */
  readonly components: Components;
}

/** Every answer of an operation: the good one, and one for each status of its errors, with an example for each code. */
export function responsesOf(operation: DocumentedOperation, parts: ResponseParts): Record<string, object> {
  const failures = [...codesByStatus(operation)].map(([status, codes]) => {
    return [status, { $ref: `#/components/responses/${failureName(codes, operation)}` }];
  });
  const led = operation.redirects === true ? { 302: redirect(operation) } : {};
  return { [operation.status]: success(operation, parts), ...led, ...Object.fromEntries(failures) };
}

/** Whether the answer is a list: it says so, or its query pages. */
export function isList({ list, query }: DocumentedOperation, { schemas }: Pick<ResponseParts, 'schemas'>): boolean {
  return list === true || (query !== undefined && 'cursor' in (schemas.query(query).properties ?? {}));
}

function success(operation: DocumentedOperation, parts: ResponseParts): object {
  const data = parts.schemas.output(operation.data);
  const answersData = data.not === undefined;
  const others = (operation.contentTypes ?? []).map((type) => [type, otherContent(type)]);
  return {
    description: operation.summary,
    headers: headersOf(operation, operation.reserves === undefined ? [] : ['idempotent-replayed']),
    content: {
      ...(answersData && { 'application/json': envelope(operation, data, parts) }),
      ...Object.fromEntries(others),
    },
  };
}

function redirect(operation: DocumentedOperation): object {
  return {
    description:
      'The address of the thing itself, in `location`. It works for some minutes and asks for no credential.',
    headers: headersOf(operation, ['location']),
    content: {},
  };
}

/** What is no envelope: a document of its own, a picture, a page. */
function otherContent(type: string): object {
  if (/json$/.test(type)) return { schema: { type: 'object' } };
  return { schema: /^text\/|javascript|svg/.test(type) ? { type: 'string' } : {} };
}

function envelope(operation: DocumentedOperation, data: JsonSchema, parts: ResponseParts): object {
  const list = isList(operation, parts);
  const schema: JsonSchema = {
    type: 'object',
    properties: {
      success: { type: 'boolean', const: true },
      data: list ? { type: 'array', items: data } : data,
      ...(list && { pagination: schemaReference('Pagination') }),
    },
    required: ['success', 'data', ...(list ? ['pagination'] : [])],
    additionalProperties: false,
  };
  const made = exampleOf(data, parts.components);
  const changed = operationExamples[operation.id]?.data;
  const item = changed === undefined ? made : { ...(made as object), ...changed };
  return {
    schema,
    example: {
      success: true,
      data: list ? [item] : item,
      ...(list && { pagination: { nextCursor: null, hasMore: false } }),
    },
  };
}

/** Failures that answer with the same codes are one component. */
function failureName(codes: readonly ErrorCode[], operation: DocumentedOperation): string {
  return [...codes, ...(isOpen(operation) ? [] : ['limited'])].join('.');
}

/** All failures of these operations, by name, for `components.responses`. */
export function failureComponents(operations: readonly DocumentedOperation[]): Record<string, object> {
  const failures = operations.flatMap((operation) =>
    [...codesByStatus(operation)].map(([status, codes]) => [
      failureName(codes, operation),
      failure(status, codes, operation),
    ]),
  );
  return Object.fromEntries(failures.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

function codesByStatus(operation: DocumentedOperation): Map<number, ErrorCode[]> {
  return Map.groupBy(errorsOf(operation), (code) => errorCatalogue[code].status);
}

function failure(status: number, codes: readonly ErrorCode[], operation: DocumentedOperation): object {
  return {
    description: `${STATUS_CODES[status]}: ${codes.map((code) => `\`${code}\``).join(', ')}`,
    headers: headersOf(operation, status === 429 || status === 503 ? ['retry-after'] : []),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [schemaReference('Problem')],
          properties: { code: { type: 'string', enum: codes }, status: { type: 'integer', const: status } },
        },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

function headersOf(operation: DocumentedOperation, more: readonly string[]): Record<string, object> {
  const names = ['x-request-id', ...(isOpen(operation) ? [] : rateLimitHeaderNames), ...more];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
