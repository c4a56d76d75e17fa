/** Nothing listens on the discard port: a call to a service without an engine fails at once instead of leaving the machine. */
const nowhere = 'http://127.0.0.1:9';

/**
 * Where the SDK clients of functions and tasks find the engines.
 *
 * @example endpointVariables({ dynamodb, sqs, s3, secretsManager, kms, ses, ecs }).AWS_ENDPOINT_URL_SQS // 'http://127.0.0.1:41234'
 */
export function endpointVariables(
  engines: Readonly<
    Record<'dynamodb' | 'sqs' | 's3' | 'secretsManager' | 'kms' | 'ses' | 'ecs', { readonly endpoint: string }>
  >,
): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: nowhere,
    AWS_ENDPOINT_URL_DYNAMODB: engines.dynamodb.endpoint,
    AWS_ENDPOINT_URL_SQS: engines.sqs.endpoint,
    AWS_ENDPOINT_URL_S3: engines.s3.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: engines.secretsManager.endpoint,
    AWS_ENDPOINT_URL_KMS: engines.kms.endpoint,
    AWS_ENDPOINT_URL_SESV2: engines.ses.endpoint,
    AWS_ENDPOINT_URL_ECS: engines.ecs.endpoint,
  };
}
