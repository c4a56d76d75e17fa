import { UserError } from '../user-error.ts';
import { resolveSub } from './resolve-sub.ts';
import { isJsonObject, type Json, type JsonObject } from './template.ts';

/** What intrinsic functions look things up in. */
export interface ResolveScope {
  /** For error messages: where in the template the value stands. */
  readonly place: string;
  /** The value of a parameter, a pseudo parameter or a resource's `Ref`; throws for an unknown name. */
  ref(name: string): Json;
  attribute(logicalId: string, attribute: string): Json;
  condition(name: string): boolean;
  mapping(map: string, topKey: string, secondKey: string): Json | undefined;
  importValue(exportName: string): Json;
  stackOutput(stackName: string, outputName: string): Json;
}

/** What `AWS::NoValue` resolves to: the property or list element is left out. */
export const noValue = Symbol('AWS::NoValue');
export type Resolved = Json | typeof noValue;

type Intrinsic = (argument: Json, scope: ResolveScope) => Resolved;

/**
 * Replaces every intrinsic function inside a value. A function that is not known stops, because guessing would run another stack than the
 * one that is deployed.
 *
 * @example resolveValue({ 'Fn::Join': ['-', ['a', { Ref: 'Stage' }]] }, scope) // 'a-dev'
 */
export function resolveValue(value: Json, scope: ResolveScope): Resolved {
  if (Array.isArray(value)) {
    return value
      .map((element: Json) => resolveValue(element, scope))
      .filter((element) => element !== noValue) as Json[];
  }
  if (!isJsonObject(value)) return value;
  const intrinsic = intrinsicOf(value, scope);
  if (intrinsic !== undefined) return intrinsic.resolve(intrinsic.argument, scope);
  const entries = Object.entries(value)
    .map(([key, member]) => [key, resolveValue(member, scope)] as const)
    .filter(([, member]) => member !== noValue);
  return Object.fromEntries(entries) as JsonObject;
}

function intrinsicOf(value: JsonObject, scope: ResolveScope) {
  const keys = Object.keys(value);
  const name = keys[0];
  if (keys.length !== 1 || name === undefined || !(name === 'Ref' || name.startsWith('Fn::'))) return undefined;
  const resolve = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
  if (resolve === undefined)
    throw new UserError(`The template uses ${name}, which the runner does not know (at ${scope.place}).`);
  return { resolve, argument: value[name] ?? null };
}

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => (argument === 'AWS::NoValue' ? noValue : scope.ref(asString(argument, scope))),
  'Fn::GetAtt': (argument, scope) => {
    const parts = typeof argument === 'string' ? splitOnce(argument, '.') : asList(argument, scope);
    return scope.attribute(asString(parts[0], scope), asString(resolvePlain(parts[1], scope), scope));
  },
  'Fn::Join': (argument, scope) => {
    const [delimiter, parts] = asList(argument, scope);
    return asList(resolvePlain(parts, scope), scope)
      .map((part) => scalarText(part, scope))
      .join(asString(delimiter, scope));
  },
  'Fn::Sub': (argument, scope) => resolveSub(argument, scope),
  'Fn::Select': (argument, scope) => {
    const [index, list] = asList(argument, scope);
    const elements = asList(resolvePlain(list, scope), scope);
    const element = elements[Number(resolvePlain(index, scope))];
    if (element === undefined) throw new UserError(`Fn::Select finds no element at ${scope.place}.`);
    return element;
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, text] = asList(argument, scope);
    return asString(resolvePlain(text, scope), scope).split(asString(delimiter, scope));
  },
  'Fn::GetAZs': (argument, scope) => {
    const named = resolvePlain(argument, scope);
    const region = named === '' || named === null ? asString(scope.ref('AWS::Region'), scope) : asString(named, scope);
    return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  },
  'Fn::Base64': (argument, scope) => Buffer.from(asString(resolvePlain(argument, scope), scope)).toString('base64'),
  'Fn::FindInMap': (argument, scope) => {
    const keys = asList(argument, scope).map((key) => resolvePlain(key, scope));
    const [map, topKey, secondKey] = keys.map((key) => (typeof key === 'string' ? key : String(key)));
    const found = scope.mapping(map ?? '', topKey ?? '', secondKey ?? '');
    if (found === undefined)
      throw new UserError(`Fn::FindInMap finds nothing for ${keys.join('.')} at ${scope.place}.`);
    return found;
  },
  'Fn::If': (argument, scope) => {
    const [condition, whenTrue, whenFalse] = asList(argument, scope);
    const chosen = scope.condition(asString(condition, scope)) ? whenTrue : whenFalse;
    if (chosen === undefined) throw new UserError(`Fn::If wants three values at ${scope.place}.`);
    return resolveValue(chosen, scope);
  },
  'Fn::ImportValue': (argument, scope) => scope.importValue(asString(resolvePlain(argument, scope), scope)),
  'Fn::GetStackOutput': (argument, scope) => {
    const given = resolvePlain(argument, scope);
    if (!isJsonObject(given)) throw new UserError(`Fn::GetStackOutput wants an object at ${scope.place}.`);
    const outputName = given.OutputName ?? null;
    return scope.stackOutput(asString(given.StackName ?? null, scope), asString(outputName, scope));
  },
};

/** Like `resolveValue` where a value has to be there. */
export function resolvePlain(value: Json | undefined, scope: ResolveScope): Json {
  const resolved = value === undefined ? noValue : resolveValue(value, scope);
  if (resolved === noValue) throw new UserError(`A value is missing at ${scope.place}.`);
  return resolved;
}

function asString(value: Json | undefined, scope: ResolveScope): string {
  if (typeof value === 'string') return value;
  throw new UserError(`The template has ${JSON.stringify(value)} where a text belongs (at ${scope.place}).`);
}

function asList(value: Json, scope: ResolveScope): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  throw new UserError(`The template has ${JSON.stringify(value)} where a list belongs (at ${scope.place}).`);
}

function scalarText(value: Json, scope: ResolveScope): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new UserError(`The template joins ${JSON.stringify(value)}, which is no text, at ${scope.place}.`);
}

function splitOnce(text: string, delimiter: string): readonly string[] {
  const at = text.indexOf(delimiter);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
