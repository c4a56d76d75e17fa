import type { TaskIdentity } from './task.ts';

export interface TaskEnvironmentInput {
  readonly identity: TaskIdentity;
  readonly region: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly endpointVariables: Readonly<Record<string, string>>;
  /** For example `http://127.0.0.1:41234`, where metadata and protection are served. */
  readonly agentEndpoint: string;
}

/** The whole environment of a task: template, image, ECS, engines. Of the runner's own only what any process needs to run. */
export function taskEnvironment(input: TaskEnvironmentInput): Record<string, string> {
  const { identity, region, agentEndpoint } = input;
  const { container } = identity.service.task;
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: process.env.HOME ?? '/',
    HOSTNAME: `ip-${identity.id.slice(0, 8)}`,
    ...container.environment,
    ...input.secrets,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: identity.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    ECS_CONTAINER_METADATA_URI_V4: `${agentEndpoint}/v4/${identity.id}`,
    ECS_AGENT_URI: `${agentEndpoint}/api/${identity.id}`,
    ...input.endpointVariables,
  };
}
