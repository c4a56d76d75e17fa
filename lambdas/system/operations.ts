import * as z from 'zod/mini';
import { defineOperation } from '../shared/operation.ts';

export const systemOperations = {
  health: defineOperation({
    id: 'getHealth',
    method: 'GET',
    path: '/health',
    summary: 'Whether the API answers',
    access: 'open',
    status: 200,
    data: z.strictObject({ status: z.literal('ok'), version: z.string(), stage: z.string() }),
    errors: [],
  }),
  document: defineOperation({
    id: 'getOpenApiDocument',
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document',
    access: 'open',
    status: 200,
    data: z.never(),
    contentTypes: ['application/json'],
    errors: [],
  }),
  docs: defineOperation({
    id: 'getDocs',
    method: 'GET',
    path: '/docs',
    summary: 'This reference as a page, with every error code',
    access: 'open',
    status: 200,
    data: z.never(),
    contentTypes: ['text/html'],
    errors: [],
  }),
  docsViewer: defineOperation({
    id: 'getDocsViewer',
    method: 'GET',
    path: '/docs/viewer.js',
    summary: 'The script of the page',
    access: 'open',
    status: 200,
    data: z.never(),
    contentTypes: ['text/javascript'],
    errors: [],
  }),
};
