import { UserError } from '../user-error.ts';
import { type ResolveScope, resolvePlain } from './resolve-value.ts';
import { isJsonObject, type Json } from './template.ts';

/** `${Name}`, `${Resource.Attribute}`, and `${!Literal}`, which stands for `${Literal}`. */
const variablePattern = /\$\{([^}]*)\}/g;

/**
 * `Fn::Sub` in both notations: a text, or a list of text and variables of its own.
 *
 * @example resolveSub('arn:${AWS::Partition}:sqs', scope) // 'arn:aws:sqs'
 */
export function resolveSub(argument: Json, scope: ResolveScope): string {
  const [text, own = {}] = Array.isArray(argument) ? (argument as readonly Json[]) : [argument];
  if (typeof text !== 'string' || !isJsonObject(own)) throw new UserError(`Fn::Sub is malformed at ${scope.place}.`);
  return text.replace(variablePattern, (_, variable: string) => {
    if (variable.startsWith('!')) return `\${${variable.slice(1)}}`;
    const name = variable.trim();
    const value = Object.hasOwn(own, name) ? resolvePlain(own[name], scope) : lookUp(name, scope);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw new UserError(`Fn::Sub puts ${JSON.stringify(value)} into a text at ${scope.place}.`);
  });
}

function lookUp(name: string, scope: ResolveScope): Json {
  const dot = name.indexOf('.');
  return dot === -1 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1));
}
