import type { Template } from '../template/template.ts';
import { UserError } from '../user-error.ts';
import { emulatedTypes, type KnownProperties } from './emulated-types.ts';
import { isWithoutMeaning } from './types-without-meaning.ts';

/**
 * Stops when the template holds a resource type, or a property of an emulated type, that the runner does not know. Without this the local stack
 * would drift away from the deployed one unnoticed.
 *
 * @example checkResources('wharf', template) // throws: The runner does not know AWS::SNS::Foo (Topic1 in wharf).
 */
export function checkResources(stackName: string, template: Template): void {
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    if (isWithoutMeaning(resource.Type)) continue;
    const known = Object.hasOwn(emulatedTypes, resource.Type) ? emulatedTypes[resource.Type] : undefined;
    if (known === undefined) {
      throw new UserError(
        `The runner does not know the resource type ${resource.Type} (${logicalId} in ${stackName}).`,
      );
    }
    checkProperties(Object.keys(resource.Properties ?? {}), known, `${logicalId} (${resource.Type}) in ${stackName}`);
  }
}

/** Stops at the first property that is neither obeyed nor without meaning. */
export function checkProperties(names: readonly string[], known: KnownProperties, owner: string): void {
  const unknown = names.find((name) => !known.obeyed.includes(name) && !known.withoutMeaning.includes(name));
  if (unknown !== undefined) throw new UserError(`The runner does not know the property ${unknown} of ${owner}.`);
}
