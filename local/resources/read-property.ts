import type { ResolvedResource } from '../template/stack-model.ts';
import { isJsonObject, type Json, type JsonObject } from '../template/template.ts';
import { UserError } from '../user-error.ts';

/** Something with properties and a name for error messages: a resource, or an object inside one. */
export interface PropertyOwner {
  readonly logicalId: string;
  readonly properties: JsonObject;
}

/** @example readText(queue, 'QueueName') // throws when the property is missing or no text */
export function readText(owner: PropertyOwner, name: string): string {
  const value = readOptionalText(owner, name);
  if (value === undefined) throw wrong(owner, name, 'is missing');
  return value;
}

export function readOptionalText(owner: PropertyOwner, name: string): string | undefined {
  const value = owner.properties[name];
  if (value === undefined || typeof value === 'string') return value;
  throw wrong(owner, name, 'is no text');
}

/** Templates hold numbers as numbers and, when they come from parameters, as texts. */
export function readNumber(owner: PropertyOwner, name: string, otherwise: number): number {
  const value = owner.properties[name];
  if (value === undefined) return otherwise;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw wrong(owner, name, 'is no number');
}

export function readObject(owner: PropertyOwner, name: string): JsonObject {
  const value = owner.properties[name] ?? {};
  if (isJsonObject(value)) return value;
  throw wrong(owner, name, 'is no object');
}

export function readList(owner: PropertyOwner, name: string): readonly Json[] {
  const value = owner.properties[name] ?? [];
  if (Array.isArray(value)) return value as readonly Json[];
  throw wrong(owner, name, 'is no list');
}

/** The objects of a list, each as an owner of its own. */
export function readObjects(owner: PropertyOwner, name: string): readonly PropertyOwner[] {
  return readList(owner, name).map((value, index) => {
    if (!isJsonObject(value)) throw wrong(owner, name, 'holds something that is no object');
    return { logicalId: `${owner.logicalId}.${name}[${index}]`, properties: value };
  });
}

/** Name and value pairs whose values are texts, as environments are. */
export function readTexts(value: JsonObject, place: string): Readonly<Record<string, string>> {
  const entries = Object.entries(value).map(([name, each]) => {
    if (typeof each === 'object') throw new UserError(`${place} has a value of ${name} that is no text.`);
    return [name, String(each)] as const;
  });
  return Object.fromEntries(entries);
}

export function ofType(resources: readonly ResolvedResource[], type: string): readonly ResolvedResource[] {
  return resources.filter((resource) => resource.type === type);
}

function wrong(owner: PropertyOwner, name: string, fault: string): UserError {
  return new UserError(`The property ${name} of ${owner.logicalId} ${fault}.`);
}
