export { type ApiFunctionsProps, createApiFunctions } from './api-functions.ts';
export { WharfHttpApi } from './http-api.ts';
