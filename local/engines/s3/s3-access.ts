import type { S3Request } from './s3-request.ts';

/** One thing that a request does, as IAM sees it. */
export interface S3Access {
  readonly action: string;
  readonly resource: string;
}

/** Sub-resources of objects and buckets that have actions of their own: by method and query parameter. */
const objectActions: readonly (readonly [method: string, parameter: string, action: string])[] = [
  ['GET', 'uploadId', 's3:ListMultipartUploadParts'],
  ['DELETE', 'uploadId', 's3:AbortMultipartUpload'],
  ['GET', 'tagging', 's3:GetObjectTagging'],
  ['PUT', 'tagging', 's3:PutObjectTagging'],
  ['DELETE', 'tagging', 's3:DeleteObjectTagging'],
  ['GET', 'acl', 's3:GetObjectAcl'],
  ['PUT', 'acl', 's3:PutObjectAcl'],
  ['GET', 'attributes', 's3:GetObjectAttributes'],
];

const bucketActions: readonly (readonly [method: string, parameter: string, action: string])[] = [
  ['GET', 'uploads', 's3:ListBucketMultipartUploads'],
  ['GET', 'versions', 's3:ListBucketVersions'],
  ['GET', 'location', 's3:GetBucketLocation'],
  ['GET', 'lifecycle', 's3:GetLifecycleConfiguration'],
  ['PUT', 'lifecycle', 's3:PutLifecycleConfiguration'],
  ['DELETE', 'lifecycle', 's3:PutLifecycleConfiguration'],
  ['GET', 'cors', 's3:GetBucketCORS'],
  ['PUT', 'cors', 's3:PutBucketCORS'],
  ['GET', 'policy', 's3:GetBucketPolicy'],
  ['PUT', 'policy', 's3:PutBucketPolicy'],
];

const objectMethods: Readonly<Record<string, string>> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  POST: 's3:PutObject',
  DELETE: 's3:DeleteObject',
};

const bucketMethods: Readonly<Record<string, string>> = {
  GET: 's3:ListBucket',
  HEAD: 's3:ListBucket',
  PUT: 's3:CreateBucket',
  DELETE: 's3:DeleteBucket',
  POST: 's3:PutObject',
};

/**
 * What a request needs to be allowed. A copy reads its source too; a DeleteObjects call needs each key, which the caller reads from the body.
 *
 * @example accessesOf(readS3Request('PUT', '/media/a.jpg', undefined)) // [{ action: 's3:PutObject', resource: 'arn:aws:s3:::media/a.jpg' }]
 */
export function accessesOf(request: S3Request, deletedKeys: readonly string[] = []): S3Access[] {
  const { bucket, key, method, copySource } = request;
  if (bucket === '') return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
  if (key === '' && method === 'POST' && request.query.has('delete')) {
    return deletedKeys.map((deleted) => ({ action: 's3:DeleteObject', resource: objectArn(bucket, deleted) }));
  }
  if (key === '')
    return [{ action: actionOf(request, bucketActions, bucketMethods), resource: `arn:aws:s3:::${bucket}` }];
  const accesses = [{ action: actionOf(request, objectActions, objectMethods), resource: objectArn(bucket, key) }];
  if (copySource !== undefined) {
    accesses.push({ action: 's3:GetObject', resource: objectArn(copySource.bucket, copySource.key) });
  }
  return accesses;
}

function actionOf(
  { method, query }: S3Request,
  special: typeof objectActions,
  byMethod: Readonly<Record<string, string>>,
): string {
  const found = special.find(([itsMethod, parameter]) => itsMethod === method && query.has(parameter));
  return found?.[2] ?? byMethod[method] ?? `s3:${method}`;
}

function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`;
}
