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
}

export interface ServiceName {
  readonly cluster: string;
  readonly service: string;
}

/** @example await createSteeredService(new ECSClient(), { cluster, service }).counts() // { desired: 2, running: 2 } */
export function createSteeredService(ecs: ECSClient, { cluster, service }: ServiceName): SteeredService {
  return {
    counts: async () => {
      const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const { desiredCount: desired, runningCount: running = 0 } = services?.[0] ?? {};
      if (desired === undefined) throw new Error(`ECS does not know the service ${service}.`);
      return { desired, running };
    },
    setDesiredCount: async (desiredCount) => {
      await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
    },
  };
}
