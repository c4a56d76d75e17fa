import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startEcs } from '../../../local/ecs/ecs-endpoint.ts';
import { Service } from '../../../local/ecs/service.ts';
import type { ServiceSpec } from '../../../local/ecs/service-spec.ts';
import { newTaskIdentity, type Task } from '../../../local/ecs/task.ts';
import type { Engine } from '../../../local/engines/engine.ts';
import { defaultIdentity } from '../../../local/engines/identity.ts';

const arn = 'arn:aws:ecs:us-east-1:000000000000:service/fleet/connectors';
const spec: ServiceSpec = {
  logicalId: 'Service',
  arn,
  name: 'connectors',
  clusterName: 'fleet',
  desiredCount: 1,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  task: {
    logicalId: 'Task',
    family: 'connector',
    revision: '1',
    taskRoleArn: 'arn',
    executionRoleArn: undefined,
    container: { name: 'c', folder: '/', command: ['node'], environment: {}, secrets: [], stopTimeoutSeconds: 1 },
  },
};

let service: Service;
let ecs: Engine;
const client = (accessKeyId: string) =>
  new ECSClient({
    endpoint: ecs.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'local' },
    maxAttempts: 1,
  });

/** A task without a process: what the API says does not depend on one. */
function taskOf(identity: Task['identity']): Task {
  const end = Promise.withResolvers<{ code: number; signal: null }>();
  return {
    identity,
    pid: 1,
    ended: end.promise,
    stop: async () => end.resolve({ code: 0, signal: null }),
    signalAll: () => undefined,
  };
}

beforeEach(async () => {
  service = new Service({
    desiredCount: 1,
    ...{ revision: 1, minimumHealthyPercent: 100, maximumPercent: 200 },
    newIdentity: (revision) => newTaskIdentity(spec, 'key', defaultIdentity, revision),
    start: taskOf,
    onEvent: () => undefined,
  });
  ecs = await startEcs({
    identity: defaultIdentity,
    authorize: ({ accessKeyId, action, resource }) =>
      accessKeyId === 'scaler' && resource === arn ? undefined : `${action} is not allowed`,
    services: () => [{ spec, service }],
  });
});

afterEach(async () => {
  await service.stop();
  await ecs.stop();
});

it('describes the service, by name and cluster or by ARN, and says what is missing', async () => {
  const byName = new DescribeServicesCommand({ cluster: 'fleet', services: ['connectors'] });
  const { services } = await client('scaler').send(byName);
  expect(services).toMatchObject([{ serviceArn: arn, desiredCount: 1, runningCount: 1, pendingCount: 0 }]);
  await expect(client('scaler').send(new DescribeServicesCommand({ services: ['others'] }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});

it('starts and stops tasks as the desired count says', async () => {
  const update = (desiredCount: number) =>
    client('scaler').send(new UpdateServiceCommand({ cluster: 'fleet', service: arn, desiredCount }));
  expect((await update(3)).service).toMatchObject({ desiredCount: 3, runningCount: 3 });
  expect(service.tasks).toHaveLength(3);
  await update(0);
  expect(service.tasks).toEqual([]);
  await expect(update(-1)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

it('refuses callers whose role may not, and what it does not do', async () => {
  const update = new UpdateServiceCommand({ service: arn, desiredCount: 0 });
  await expect(client('stranger').send(update)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(service.desiredCount).toBe(1);
  const other = new UpdateServiceCommand({ service: arn, platformVersion: '1.4.0' });
  await expect(client('scaler').send(other)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});
