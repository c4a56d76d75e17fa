import type { ComponentSchemas } from './component-schemas.ts';
import { describeAccess, securityOf } from './describe-access.ts';
import { exampleOf } from './examples/example-of.ts';
import { fieldValues, operationExamples } from './examples/field-values.ts';
import type { JsonSchema } from './json-schema.ts';
import type { DocumentedOperation } from './load-operations.ts';
import { operationDescriptions } from './operation-descriptions.ts';
import { type ResponseParts, responsesOf } from './responses.ts';
import { pathVariableDescriptions } from './shared-components.ts';
import { tagOf } from './tags.ts';

/** `paths` of the document. */
export function pathsOf(
  operations: readonly DocumentedOperation[],
  parts: ResponseParts,
): Record<string, Record<string, object>> {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const path = paths[operation.path] ?? {};
    path[operation.method.toLowerCase()] = operationObject(operation, parts);
    paths[operation.path] = path;
  }
  return paths;
}

function operationObject(operation: DocumentedOperation, parts: ResponseParts): object {
  const own = operation.description ?? operationDescriptions[operation.id];
  const parameters = parametersOf(operation, parts.schemas);
  return {
    operationId: operation.id,
    tags: [tagOf(operation.path)],
    summary: operation.summary,
    description: [...(own === undefined ? [] : [own]), describeAccess(operation)].join('\n\n'),
    security: securityOf(operation),
    ...(parameters.length > 0 && { parameters }),
    ...(operation.body !== undefined && { requestBody: requestBody(operation, operation.body, parts) }),
    responses: responsesOf(operation, parts),
  };
}

function requestBody(
  operation: DocumentedOperation,
  body: NonNullable<DocumentedOperation['body']>,
  parts: ResponseParts,
) {
  const schema = parts.schemas.input(body);
  const example = operationExamples[operation.id]?.body ?? exampleOf(schema, parts.components);
  return { required: !acceptsUndefined(body), content: { 'application/json': { schema, example } } };
}

/** Whether the operation may be called with no body at all. */
function acceptsUndefined(body: NonNullable<DocumentedOperation['body']>): boolean {
  return body.safeParse(undefined).success;
}

function parametersOf(operation: DocumentedOperation, schemas: ComponentSchemas): object[] {
  const variables = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => pathParameter(name));
  const query = operation.query === undefined ? [] : queryParameters(schemas.query(operation.query));
  const headers = operation.reserves === undefined ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }];
  return [...variables, ...query, ...headers];
}

function pathParameter(name: string): object {
  return {
    name,
    in: 'path',
    required: true,
    description: pathVariableDescriptions[name] ?? 'Id of the resource.',
    schema: { type: 'string', minLength: 1 },
    example: fieldValues[name] ?? 'id',
  };
}

const queryDescriptions: Readonly<Record<string, string>> = {
  limit: 'How many to answer at most.',
  cursor: '`pagination.nextCursor` of the page before.',
};

function queryParameters({ properties = {}, required = [] }: JsonSchema): object[] {
  return Object.entries(properties).map(([name, schema]) => {
    const description = schema.description ?? queryDescriptions[name];
    return {
      name,
      in: 'query',
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema,
    };
  });
}
