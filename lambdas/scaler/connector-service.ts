import { DescribeServicesCommand, type ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';

/** The connectors' ECS service, as far as the scaler steers it. */
export interface SteeredService {
  counts(): Promise<TaskCounts>;
  setDesiredCount(count: number): Promise<void>;
}

export interface TaskCounts {
  readonly desired: number;
  /** Tasks that run, protected ones that should go included. */
  readonly running: number;
  /** Revision of the task definition that the service's latest deployment asks for; after a rollback it is not the highest. */
  readonly revision?: number;
}

export interface ServiceName {
  readonly cluster: string;
  readonly service: string;
}

/** @example await createSteeredService(new ECSClient(), { cluster, service }).counts() // { desired: 2, running: 2, revision: 7 } */
export function createSteeredService(ecs: ECSClient, { cluster, service }: ServiceName): SteeredService {
  return {
    counts: async () => {
      const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const { desiredCount: desired, runningCount: running = 0, deployments } = services?.[0] ?? {};
      if (desired === undefined) throw new Error(`ECS does not know the service ${service}.`);
      const revision = revisionOf(deployments?.find(({ status }) => status === 'PRIMARY')?.taskDefinition);
      return { desired, running, ...(revision === undefined ? {} : { revision }) };
    },
    setDesiredCount: async (desiredCount) => {
      await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
    },
  };
}

/** @example revisionOf('arn:aws:ecs:eu-central-1:1:task-definition/connector:7') // 7 */
function revisionOf(taskDefinition = ''): number | undefined {
  const revision = Number(/:(\d+)$/.exec(taskDefinition)?.[1]);
  return revision > 0 ? revision : undefined;
}
