import { readAssembly, type StackArtifact } from '../assembly/read-assembly.ts';
import type { LocalIdentity } from '../engines/identity.ts';
import { checkResources } from '../resources/check-resources.ts';
import { isWithoutMeaning } from '../resources/types-without-meaning.ts';
import type { IdentityInput, ResourceIdentity } from '../template/resource-identity.ts';
import { type CrossStackValues, type ResolvedResource, resolveStack } from '../template/stack-model.ts';

export interface LoadOptions {
  readonly assemblyFolder: string;
  readonly identity: LocalIdentity;
  readonly parameters: Readonly<Record<string, string>>;
  readonly sqsEndpoint: string;
  readonly apiEndpoint: string;
  /** Identities of keys and secrets, which their engines keep. */
  engineIdentity(input: IdentityInput): ResourceIdentity | undefined;
}

export interface LoadedStack {
  readonly stacks: readonly StackArtifact[];
  /** Of all stacks. */
  readonly resources: readonly ResolvedResource[];
}

/** Reads the assembly and resolves every resource in it; stops at the first thing that the runner does not know. */
export function loadStack(options: LoadOptions): LoadedStack {
  const stacks = readAssembly(options.assemblyFolder);
  for (const stack of stacks) checkResources(stack.stackName, stack.template);
  const crossStack: CrossStackValues = { exports: new Map(), outputs: new Map() };
  const { identity, parameters, sqsEndpoint, apiEndpoint, engineIdentity } = options;
  const resources = stacks.flatMap(({ stackName, template, region }) =>
    resolveStack({
      ...{ stackName, template, parameters, sqsEndpoint, apiEndpoint, engineIdentity, isWithoutMeaning, crossStack },
      accountId: identity.accountId,
      region: region ?? identity.region,
    }),
  );
  return { stacks, resources };
}
