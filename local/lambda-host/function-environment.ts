import type { FunctionSpec } from './function-spec.ts';

export interface FunctionEnvironmentInput {
  readonly spec: FunctionSpec;
  readonly region: string;
  readonly accessKeyId: string;
  /** `AWS_ENDPOINT_URL_<SERVICE>` and its like. */
  readonly endpointVariables: Readonly<Record<string, string>>;
  readonly logStreamName: string;
}

/**
 * The whole environment of a function: what the template gives, what Lambda gives, and where the engines are. Nothing of the runner's own environment
 * is passed on.
 *
 * @example functionEnvironment(input).AWS_LAMBDA_FUNCTION_NAME // 'wharf-auth'
 */
export function functionEnvironment(input: FunctionEnvironmentInput): Record<string, string> {
  const { spec, region, accessKeyId } = input;
  return {
    ...spec.environment,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: input.logStreamName,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    LAMBDA_TASK_ROOT: spec.codeFolder,
    _HANDLER: spec.handler,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...input.endpointVariables,
  };
}
