import { UserError } from '../user-error.ts';
import { evaluateCondition } from './evaluate-condition.ts';
import { parameterValues, pseudoParameters } from './parameters.ts';
import { noValue, type ResolveScope, resolveValue } from './resolve-value.ts';
import { type IdentityInput, identifyResource, type ResourceIdentity } from './resource-identity.ts';
import { isJsonObject, type Json, type JsonObject, type Template, type TemplateResource } from './template.ts';

/** One resource with every intrinsic function replaced. */
export interface ResolvedResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  readonly identity: ResourceIdentity;
}

/** Outputs and exports of the stacks resolved so far. */
export interface CrossStackValues {
  readonly exports: Map<string, Json>;
  /** Key: `<stack>/<output>`. */
  readonly outputs: Map<string, Json>;
}

export interface StackInput {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly template: Template;
  /** Values given at "deploy" time; a name that the template does not declare is ignored. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly sqsEndpoint: string;
  readonly apiEndpoint: string;
  /** Identities that only an engine can give, since it keeps them with its data: those of keys and secrets. */
  engineIdentity?(input: IdentityInput): ResourceIdentity | undefined;
  /** Types without local meaning: their attributes may be made up. */
  isWithoutMeaning(type: string): boolean;
  readonly crossStack: CrossStackValues;
}

/**
 * Resolves all resources of one stack and adds its outputs to `crossStack`. Stacks have to come in the order of their dependencies.
 *
 * @example const resources = resolveStack({ stackName: 'wharf', template, … })
 */
export function resolveStack(input: StackInput): readonly ResolvedResource[] {
  const stack = new StackResolver(input);
  const resources = stack.resources();
  for (const [name, output] of Object.entries(input.template.Outputs ?? {})) {
    if (output.Condition !== undefined && !stack.condition(output.Condition)) continue;
    const value = stack.resolve(output.Value, `output ${name}`);
    if (value === undefined) continue;
    input.crossStack.outputs.set(`${input.stackName}/${name}`, value);
    const exportName = output.Export && stack.resolve(output.Export.Name, `export of ${name}`);
    if (exportName !== undefined) input.crossStack.exports.set(String(exportName), value);
  }
  return resources;
}

class StackResolver {
  readonly #input: StackInput;
  readonly #parameters: Readonly<Record<string, Json>>;
  readonly #identities = new Map<string, ResourceIdentity>();
  readonly #conditions = new Map<string, boolean>();
  /** Names under evaluation: meeting one again is a circle. */
  readonly #open = new Set<string>();

  constructor(input: StackInput) {
    this.#input = input;
    this.#parameters = { ...pseudoParameters(input), ...parameterValues(input.template, input.parameters) };
  }

  resources(): readonly ResolvedResource[] {
    const { stackName, template } = this.#input;
    return Object.entries(template.Resources)
      .filter(([, resource]) => this.#exists(resource))
      .map(([logicalId, resource]) => {
        const properties = this.resolve(resource.Properties ?? {}, logicalId);
        if (!isJsonObject(properties)) throw new UserError(`The properties of ${logicalId} are no object.`);
        return { stackName, logicalId, type: resource.Type, properties, identity: this.#identity(logicalId) };
      });
  }

  resolve(value: Json, place: string): Json | undefined {
    const resolved = resolveValue(value, this.#scope(place));
    return resolved === noValue ? undefined : resolved;
  }

  condition(name: string): boolean {
    const known = this.#conditions.get(name);
    if (known !== undefined) return known;
    const condition = this.#input.template.Conditions?.[name];
    if (condition === undefined) throw new UserError(`The template has no condition ${name}.`);
    const value = this.#guarded(`condition ${name}`, () =>
      evaluateCondition(condition, this.#scope(`condition ${name}`)),
    );
    this.#conditions.set(name, value);
    return value;
  }

  #exists(resource: TemplateResource): boolean {
    return resource.Condition === undefined || this.condition(resource.Condition);
  }

  #scope(place: string): ResolveScope {
    const { crossStack, template, stackName } = this.#input;
    return {
      place: `${stackName}/${place}`,
      ref: (name) => this.#parameters[name] ?? this.#identity(name).ref,
      attribute: (logicalId, attribute) => this.#attribute(logicalId, attribute),
      condition: (name) => this.condition(name),
      mapping: (map, topKey, secondKey) => template.Mappings?.[map]?.[topKey]?.[secondKey],
      importValue: (name) => present(crossStack.exports.get(name), `the export ${name}`),
      stackOutput: (stack, output) =>
        present(crossStack.outputs.get(`${stack}/${output}`), `the output ${stack}/${output}`),
    };
  }

  #identity(logicalId: string): ResourceIdentity {
    const known = this.#identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = this.#input.template.Resources[logicalId];
    if (resource === undefined || !this.#exists(resource)) {
      throw new UserError(`The template refers to ${logicalId}, which is neither a resource nor a parameter.`);
    }
    const identity = this.#guarded(logicalId, () => this.#makeIdentity(logicalId, resource));
    this.#identities.set(logicalId, identity);
    return identity;
  }

  #makeIdentity(logicalId: string, resource: TemplateResource): ResourceIdentity {
    const { stackName, region, accountId, sqsEndpoint, apiEndpoint } = this.#input;
    const input: IdentityInput = {
      ...{ stackName, region, accountId, sqsEndpoint, apiEndpoint, logicalId, type: resource.Type },
      property: (name) => {
        const value = resource.Properties?.[name];
        return value === undefined ? undefined : this.resolve(value, `${logicalId}.${name}`);
      },
    };
    return (
      this.#input.engineIdentity?.(input) ??
      identifyResource(input) ?? { ref: `${this.#input.stackName}-${logicalId}`, attributes: {} }
    );
  }

  #attribute(logicalId: string, attribute: string): Json {
    const value = this.#identity(logicalId).attributes[attribute];
    if (value !== undefined) return value;
    const type = this.#input.template.Resources[logicalId]?.Type ?? '';
    if (this.#input.isWithoutMeaning(type)) return `${this.#input.stackName}-${logicalId}.${attribute}`;
    throw new UserError(`The runner does not know the attribute ${attribute} of ${logicalId} (${type}).`);
  }

  #guarded<T>(name: string, evaluate: () => T): T {
    if (this.#open.has(name)) throw new UserError(`The template refers in a circle through ${name}.`);
    this.#open.add(name);
    try {
      return evaluate();
    } finally {
      this.#open.delete(name);
    }
  }
}

function present(value: Json | undefined, what: string): Json {
  if (value === undefined) throw new UserError(`A stack refers to ${what}, which no earlier stack has.`);
  return value;
}
