import type { Authorize, Engine } from '../engines/engine.ts';
import { AwsError } from '../engines/http/aws-error.ts';
import { awsJsonEndpoint } from '../engines/http/aws-json-endpoint.ts';
import { checkAccess } from '../engines/http/check-access.ts';
import { listen } from '../engines/http/listen.ts';
import type { LocalIdentity } from '../engines/identity.ts';
import type { Service } from './service.ts';
import type { ServiceSpec } from './service-spec.ts';

/** A service that runs, with what the template says of it. */
export interface NamedService {
  readonly spec: ServiceSpec;
  readonly service: Service;
}

export interface EcsOptions {
  readonly identity: LocalIdentity;
  readonly authorize: Authorize;
  readonly services: () => readonly NamedService[];
}

type Input = Readonly<Record<string, unknown>>;

/** The most that the real one describes at once. */
const describedMax = 10;
/** Fargate's default quota is far above; this keeps a mistake from filling one machine with processes. */
const desiredCountMax = 100;

/**
 * Starts the part of the ECS API that the product calls: `DescribeServices`, and `UpdateService` with a desired count, a new deployment, or both.
 * Each call is checked against the caller's role, by the service's ARN.
 *
 * @example const ecs = await startEcs({ identity, authorize, services: () => running.services });
 */
export async function startEcs(options: EcsOptions): Promise<Engine> {
  const endpoint = awsJsonEndpoint({
    targetPrefix: 'AmazonEC2ContainerServiceV20141113',
    contentType: 'application/x-amz-json-1.1',
    answer: ({ operation, accessKeyId, input }) => {
      const arnOf = (service: unknown) => serviceArn(options.identity, input.cluster, service);
      const permit = (arns: readonly string[]) => {
        const calls = arns.map((resource) => ({ accessKeyId, action: `ecs:${operation}`, resource, context: {} }));
        checkAccess(options.authorize, calls, { code: 'AccessDeniedException', status: 400 });
      };
      if (operation === 'DescribeServices') {
        const arns = namesOf(input).map(arnOf);
        permit(arns);
        return describeServices(arns, options.services());
      }
      if (operation === 'UpdateService') {
        const arn = arnOf(input.service);
        permit([arn]);
        return { service: updateService(find(options.services(), arn), input) };
      }
      throw new AwsError('UnknownOperationException', `There is no ${operation} here.`);
    },
  });
  const server = await listen('ECS', 0, endpoint);
  return { endpoint: server.endpoint, stop: () => server.close() };
}

/** A service is named by its ARN or by its name and its cluster, and a cluster by either too. */
function serviceArn({ region, accountId }: LocalIdentity, cluster: unknown, service: unknown): string {
  if (typeof service !== 'string' || service === '') throw invalid('Service cannot be empty.');
  if (service.startsWith('arn:')) return service;
  const clusterName = typeof cluster === 'string' ? cluster.split('/').at(-1) : 'default';
  return `arn:aws:ecs:${region}:${accountId}:service/${clusterName}/${service}`;
}

function namesOf({ services }: Input): readonly unknown[] {
  if (Array.isArray(services) && services.length > 0 && services.length <= describedMax) return services;
  throw invalid(`services must be a list of 1 to ${describedMax}.`);
}

function describeServices(arns: readonly string[], running: readonly NamedService[]): object {
  const found = arns.map((arn) => ({ arn, named: running.find(({ spec }) => spec.arn === arn) }));
  return {
    services: found.flatMap(({ named }) => (named === undefined ? [] : [describe(named)])),
    failures: found.filter(({ named }) => named === undefined).map(({ arn }) => ({ arn, reason: 'MISSING' })),
  };
}

function find(running: readonly NamedService[], arn: string): NamedService {
  const named = running.find(({ spec }) => spec.arn === arn);
  if (named === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return named;
}

function updateService(named: NamedService, input: Input): object {
  const { desiredCount, forceNewDeployment, cluster, service: name, ...others } = input;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(`${unknown} cannot be changed here.`);
  if (desiredCount !== undefined) named.service.setDesiredCount(countOf(desiredCount));
  if (forceNewDeployment === true) named.service.deploy();
  return describe(named);
}

function countOf(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= desiredCountMax) return value;
  throw invalid(`desiredCount must be a whole number from 0 to ${desiredCountMax}.`);
}

function describe({ spec, service }: NamedService): object {
  const running = service.tasks.length;
  const taskDefinition = `${spec.task.family}:${service.revision}`;
  return {
    serviceArn: spec.arn,
    serviceName: spec.name,
    clusterArn: spec.arn.replace(/:service\/(.*)\/.*$/, ':cluster/$1'),
    status: 'ACTIVE',
    desiredCount: service.desiredCount,
    runningCount: running,
    pendingCount: Math.max(0, service.desiredCount - running),
    launchType: 'FARGATE',
    taskDefinition,
    deployments: [{ status: 'PRIMARY', taskDefinition, desiredCount: service.desiredCount, runningCount: running }],
  };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
