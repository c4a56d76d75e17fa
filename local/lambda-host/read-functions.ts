import type { StackArtifact } from '../assembly/read-assembly.ts';
import { ofType, readNumber, readObject, readText, readTexts } from '../resources/read-property.ts';
import type { ResolvedResource } from '../template/stack-model.ts';
import { isJsonObject } from '../template/template.ts';
import { UserError } from '../user-error.ts';
import type { FunctionSpec } from './function-spec.ts';

/** Lambda's own defaults. */
const defaultMemoryMegabytes = 128;
const defaultTimeoutSeconds = 3;

/**
 * The functions of all stacks. A function's code is found by the content hash in its S3 key.
 *
 * @example readFunctions(resources, stacks).map((each) => each.name)
 */
export function readFunctions(
  resources: readonly ResolvedResource[],
  stacks: readonly StackArtifact[],
): readonly FunctionSpec[] {
  return ofType(resources, 'AWS::Lambda::Function').map((resource) => {
    const runtime = readText(resource, 'Runtime');
    if (!runtime.startsWith('nodejs')) {
      throw new UserError(`${resource.logicalId} wants the runtime ${runtime}; the runner has only Node.`);
    }
    const reserved = resource.properties.ReservedConcurrentExecutions;
    const variables = readObject(resource, 'Environment').Variables;
    return {
      logicalId: resource.logicalId,
      name: resource.identity.ref,
      arn: resource.identity.attributes.Arn ?? '',
      roleArn: readText(resource, 'Role'),
      codeFolder: codeFolder(resource, stacks),
      handler: readText(resource, 'Handler'),
      memoryMegabytes: readNumber(resource, 'MemorySize', defaultMemoryMegabytes),
      timeoutSeconds: readNumber(resource, 'Timeout', defaultTimeoutSeconds),
      reservedConcurrency: reserved === undefined ? undefined : readNumber(resource, 'ReservedConcurrentExecutions', 0),
      environment: isJsonObject(variables) ? readTexts(variables, resource.logicalId) : {},
    };
  });
}

function codeFolder(resource: ResolvedResource, stacks: readonly StackArtifact[]): string {
  const key = readObject(resource, 'Code').S3Key;
  const hash =
    typeof key === 'string'
      ? (key
          .split('/')
          .at(-1)
          ?.replace(/\.zip$/, '') ?? '')
      : '';
  const folder = stacks.find((stack) => stack.stackName === resource.stackName)?.files.get(hash);
  if (folder === undefined) throw new UserError(`The assembly has no code for the function ${resource.logicalId}.`);
  return folder;
}
