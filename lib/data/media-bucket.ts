import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../shared/acknowledge.ts';

export interface MediaBucketProps {
  readonly corsOrigins: readonly string[];
  readonly deletionProtection: boolean;
}

/** Media is a courier's box, not an archive: WhatsApp itself forgets media after about this long. */
const mediaDays = 30;

/** The bucket for media: private, reached only by short-lived URLs over TLS, emptied by age. */
export function createMediaBucket(scope: Construct, id: string, props: MediaBucketProps): Bucket {
  const bucket = new Bucket(scope, id, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    lifecycleRules: [
      { id: 'expire', expiration: Duration.days(mediaDays), abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
    removalPolicy: props.deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    ...(props.corsOrigins.length === 0 ? {} : { cors: [browserUploads(props.corsOrigins)] }),
  });
  acknowledge(
    bucket,
    'AwsSolutions-S1',
    'Objects are reached only by URLs that the API signs, and the API log has each of those requests; a second log of the same would double the cost of media.',
  );
  return bucket;
}

function browserUploads(origins: readonly string[]) {
  return {
    allowedOrigins: [...origins],
    allowedMethods: [HttpMethods.GET, HttpMethods.PUT, HttpMethods.POST],
    allowedHeaders: ['content-type', 'content-length'],
    maxAge: 3_600,
  };
}
