export type { CorsRule } from './cors.ts';
export { type S3Engine, type S3Options, startS3 } from './start-s3.ts';
