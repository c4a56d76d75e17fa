import type { OpenApiContent, OpenApiDocument, OpenApiOperation, OpenApiParameter } from './build-document.ts';
import { codeUses } from './code-uses.ts';
import { fieldRows } from './field-rows.ts';
import { resolveResponse } from './resolve-response.ts';

/** `docs/api-reference.md`: the document for readers without a browser. */
export function apiReference(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const groups = document.tags.map((tag) => ({
    ...tag,
    operations: operations.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  const menu = groups.flatMap((group) => [
    `- [${group.name}](#${anchor(group.name)})`,
    ...group.operations.map(({ method, path }) => `  - [${method} ${path}](#${anchor(`${method} ${path}`)})`),
  ]);
  const bodies = groups.map((group) =>
    [`## ${group.name}`, group.description, ...group.operations.map((one) => operationText(document, one))].join(
      '\n\n',
    ),
  );
  return `${[
    `# API reference`,
    `Version ${document.info.version}. Made by \`npm run openapi\` from the schemas that check requests; \`docs/openapi.json\` holds the same for programs, and a running API serves it under \`/api/v1/docs\`. Paths stand below \`/api/v1\`.`,
    document.info.description,
    [...menu, '- [Error codes](#error-codes)'].join('\n'),
    ...bodies,
    errorTable(document),
  ].join('\n\n')}\n`;
}

interface Named {
  readonly method: string;
  readonly path: string;
  readonly operation: OpenApiOperation;
}

function operationText(document: OpenApiDocument, { method, path, operation }: Named): string {
  const parameters = (operation.parameters ?? []).map((parameter) => resolveParameter(document, parameter));
  const body = operation.requestBody?.content['application/json'];
  return [
    `### ${method} ${path}`,
    `${operation.summary}.`,
    operation.description,
    ...(parameters.length === 0 ? [] : [parameterTable(parameters)]),
    ...(body === undefined ? [] : [bodyText(document, body)]),
    answerText(document, operation),
    errorsLine(document, operation),
  ].join('\n\n');
}

function resolveParameter({ components }: OpenApiDocument, parameter: OpenApiParameter): OpenApiParameter {
  if (parameter.$ref === undefined) return parameter;
  return components.parameters?.[parameter.$ref.slice('#/components/parameters/'.length)] as OpenApiParameter;
}

function parameterTable(parameters: readonly OpenApiParameter[]): string {
  const rows = parameters.map(
    ({ name, in: place, required, description = '', schema }) =>
      `| \`${name}\` | ${place} | ${required ? 'yes' : 'no'} | ${[description, limits(schema)].filter(Boolean).join(' ')} |`,
  );
  return ['| Parameter | In | Required | |', '|---|---|---|---|', ...rows].join('\n');
}

function limits(schema: OpenApiParameter['schema']): string {
  const parts = [
    schema.enum === undefined ? '' : `One of ${schema.enum.map((value) => `\`${value}\``).join(', ')}.`,
    schema.minimum === undefined ? '' : `At least ${schema.minimum}.`,
    schema.maximum === undefined ? '' : `At most ${schema.maximum}.`,
    schema.default === undefined ? '' : `Default \`${schema.default}\`.`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function bodyText(document: OpenApiDocument, { schema, example }: OpenApiContent): string {
  const rows = fieldRows(schema, document.components.schemas);
  const table = ['| Field | Type | Required | |', '|---|---|---|---|', ...rows].join('\n');
  return [...(rows.length === 0 ? [] : [table]), json(example)].join('\n\n');
}

function answerText(document: OpenApiDocument, operation: OpenApiOperation): string {
  const [status = ''] = Object.keys(operation.responses);
  const content = Object.entries(resolveResponse(document, operation, status)?.content ?? {});
  const others = content.filter(([, { example }]) => example === undefined).map(([type]) => `\`${type}\``);
  const example = content.find(([, one]) => one.example !== undefined)?.[1].example;
  const line = `Answers ${status}${others.length === 0 ? '' : `, ${example === undefined ? 'as' : 'also as'} ${others.join(', ')}`}.`;
  return example === undefined ? line : `${line}\n\n${json(example)}`;
}

function errorsLine(document: OpenApiDocument, operation: OpenApiOperation): string {
  const codes = Object.keys(operation.responses).flatMap((status) =>
    Object.keys(resolveResponse(document, operation, status)?.content['application/problem+json']?.examples ?? {}),
  );
  return `Errors: ${codes.map((code) => `[\`${code}\`](#error-codes)`).join(', ')}.`;
}

function errorTable(document: OpenApiDocument): string {
  const rows = codeUses(document).map(({ code, status, title }) => `| \`${code}\` | ${status} | ${title} |`);
  return ['## Error codes', ['| Code | Status | Meaning |', '|---|---|---|', ...rows].join('\n')].join('\n\n');
}

function json(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``;
}

/** As GitHub makes anchors of headings. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}
