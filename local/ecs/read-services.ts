import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageAsset, StackArtifact } from '../assembly/read-assembly.ts';
import { checkProperties } from '../resources/check-resources.ts';
import { containerProperties } from '../resources/emulated-types.ts';
import {
  ofType,
  type PropertyOwner,
  readList,
  readNumber,
  readObject,
  readObjects,
  readOptionalText,
  readText,
} from '../resources/read-property.ts';
import type { ResolvedResource } from '../template/stack-model.ts';
import { UserError } from '../user-error.ts';
import { type ImageSettings, readDockerfile } from './read-dockerfile.ts';
import type { ContainerSpec, ServiceSpec, TaskSpec } from './service-spec.ts';

/** Fargate's own default between SIGTERM and SIGKILL. */
const defaultStopTimeoutSeconds = 30;

/** The ECS services of all stacks; throws when a task has more than one container or its image is not in the assembly. */
export function readServices(
  resources: readonly ResolvedResource[],
  stacks: readonly StackArtifact[],
): readonly ServiceSpec[] {
  const definitions = new Map(
    ofType(resources, 'AWS::ECS::TaskDefinition').map((each) => [each.identity.ref, each] as const),
  );
  return ofType(resources, 'AWS::ECS::Service').map((service) => {
    const definition = definitions.get(readText(service, 'TaskDefinition'));
    if (definition === undefined)
      throw new UserError(`${service.logicalId} names a task definition that no stack has.`);
    const deployment = { logicalId: service.logicalId, properties: readObject(service, 'DeploymentConfiguration') };
    return {
      logicalId: service.logicalId,
      arn: service.identity.ref,
      name: service.identity.attributes.Name ?? service.logicalId,
      clusterName: readOptionalText(service, 'Cluster')?.split('/').at(-1) ?? 'default',
      desiredCount: readNumber(service, 'DesiredCount', 1),
      minimumHealthyPercent: readNumber(deployment, 'MinimumHealthyPercent', 100),
      maximumPercent: readNumber(deployment, 'MaximumPercent', 200),
      task: readTask(definition, stacks),
    };
  });
}

function readTask(definition: ResolvedResource, stacks: readonly StackArtifact[]): TaskSpec {
  const containers = readObjects(definition, 'ContainerDefinitions');
  const [container] = containers;
  if (container === undefined || containers.length > 1) {
    throw new UserError(`${definition.logicalId} has ${containers.length} containers; the runner starts one per task.`);
  }
  checkProperties(Object.keys(container.properties), containerProperties, container.logicalId);
  const images = stacks.find((stack) => stack.stackName === definition.stackName)?.images ?? new Map();
  return {
    logicalId: definition.logicalId,
    family: readOptionalText(definition, 'Family') ?? definition.logicalId,
    revision: definition.identity.ref.split(':').at(-1) ?? '1',
    taskRoleArn: readText(definition, 'TaskRoleArn'),
    executionRoleArn: readOptionalText(definition, 'ExecutionRoleArn'),
    container: readContainer(container, images),
  };
}

function readContainer(container: PropertyOwner, images: ReadonlyMap<string, ImageAsset>): ContainerSpec {
  // A synthesized image name ends in the content hash of its folder.
  const image = images.get(readText(container, 'Image').split(':').at(-1) ?? '');
  if (image === undefined) throw new UserError(`The image of ${container.logicalId} is not in the assembly.`);
  const settings = readDockerfile(readFileSync(join(image.folder, image.dockerfile), 'utf8'));
  const command = containerCommand(container, settings);
  if (command.length === 0) throw new UserError(`${container.logicalId} has no command, nor has its Dockerfile.`);
  return {
    name: readText(container, 'Name'),
    folder: image.folder,
    command,
    environment: { ...settings.environment, ...readPairs(container, 'Environment', 'Value') },
    secrets: Object.entries(readPairs(container, 'Secrets', 'ValueFrom')).map(([name, valueFrom]) => ({
      name,
      valueFrom,
    })),
    stopTimeoutSeconds: readNumber(container, 'StopTimeout', defaultStopTimeoutSeconds),
  };
}

/** As Docker does it: an entry point in the definition also discards the command of the image. */
function containerCommand(container: PropertyOwner, settings: ImageSettings): readonly string[] {
  const own = { entryPoint: texts(container, 'EntryPoint'), command: texts(container, 'Command') };
  if (own.entryPoint.length > 0) return [...own.entryPoint, ...own.command];
  return [...settings.entryPoint, ...(own.command.length > 0 ? own.command : settings.command)];
}

function texts(owner: PropertyOwner, name: string): readonly string[] {
  return readList(owner, name).map(String);
}

function readPairs(owner: PropertyOwner, list: string, valueName: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readObjects(owner, list).map((pair) => [readText(pair, 'Name'), readText(pair, valueName)] as const),
  );
}
