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
};
