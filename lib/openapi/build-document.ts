import { type ErrorCode, errorCatalogue } from '../../core/error-catalogue.ts';
import { apiVersion } from '../../core/events/event.ts';
import { apiBasePath } from '../../core/http/api-routes.ts';
import { createComponentSchemas } from './component-schemas.ts';
import { problemExample } from './examples/problem-examples.ts';
import type { JsonSchema } from './json-schema.ts';
import type { Api } from './load-operations.ts';
import { pathsOf } from './paths.ts';
import { reachableSchemas } from './reachable-schemas.ts';
import { failureComponents } from './responses.ts';
import { envelopeSchemas, idempotencyKeyParameter, responseHeaders, securitySchemes } from './shared-components.ts';
import { tagOf, tags } from './tags.ts';

/** An OpenAPI 3.1 document, as far as those who read it here need to know. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, OpenApiResponse>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  } & Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface OpenApiContent {
  readonly schema: JsonSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>;
}

export interface OpenApiParameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

export interface OpenApiOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly OpenApiParameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, OpenApiContent>> };
  readonly responses: Readonly<Record<string, OpenApiResponse | { readonly $ref: string }>>;
}

export interface OpenApiResponse {
  readonly description: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, OpenApiContent>>;
}

const description = `Link WhatsApp accounts by QR code, send and receive messages, and get events as signed webhooks.

Success is \`{"success": true, "data": …}\`, for lists with \`pagination\`; errors are problem documents (RFC 9457) with a stable \`code\`.
Another account's id and an unknown id give the same 404. Every answer carries \`x-request-id\`. Bodies may have 256 kB, and unknown fields
are refused.`;

/** The document of an API. Components that nothing refers to are left out. */
export function buildDocument(api: Api): OpenApiDocument {
  const schemas = createComponentSchemas(api);
  const components = { ...schemas.all, ...envelopeSchemas };
  const paths = pathsOf(api.operations, { schemas, components });
  const usedTags = new Set(api.operations.map(({ path }) => tagOf(path)));
  const responses = failureComponents(api.operations);
  const text = JSON.stringify([paths, responses]);
  const isUsed = (kind: string, name: string) => text.includes(`"#/components/${kind}/${name}"`);
  const codes = (Object.keys(errorCatalogue) as ErrorCode[]).filter((code) => isUsed('examples', code));
  const parameters = { IdempotencyKey: idempotencyKeyParameter };
  return {
    openapi: '3.1.1',
    info: {
      title: 'Wharf',
      version: apiVersion,
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: apiBasePath, description: 'The host that served this document' }],
    tags: Object.values(tags).filter(({ name }) => usedTags.has(name)),
    paths,
    components: {
      schemas: reachableSchemas([paths, responses], components),
      responses,
      examples: Object.fromEntries(
        codes.map((code) => [code, { summary: errorCatalogue[code].title, value: problemExample(code) }]),
      ),
      headers: Object.fromEntries(Object.entries(responseHeaders).filter(([name]) => isUsed('headers', name))),
      parameters: Object.fromEntries(Object.entries(parameters).filter(([name]) => isUsed('parameters', name))),
      securitySchemes,
    },
  } as unknown as OpenApiDocument;
}
