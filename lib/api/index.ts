export { createApiFunctions } from './api-functions.ts';
export type { ApiFunctionsProps } from './functions/function-plan.ts';
export { WharfHttpApi } from './http-api.ts';
