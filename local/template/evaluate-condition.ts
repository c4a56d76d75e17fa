import { UserError } from '../user-error.ts';
import { type ResolveScope, resolvePlain } from './resolve-value.ts';
import { isJsonObject, type Json } from './template.ts';

/**
 * Evaluates a condition function. Values are compared as texts, as CloudFormation does, since every parameter is one.
 *
 * @example evaluateCondition({ 'Fn::Equals': [{ Ref: 'Stage' }, 'production'] }, scope) // false
 */
export function evaluateCondition(condition: Json, scope: ResolveScope): boolean {
  if (!isJsonObject(condition)) return isTrue(condition, scope);
  const [name, argument] = Object.entries(condition)[0] ?? ['', null];
  if (Object.keys(condition).length !== 1) throw malformed(scope);
  if (name === 'Condition' && typeof argument === 'string') return scope.condition(argument);
  if (name === 'Fn::Equals') return equals(argument, scope);
  if (name === 'Fn::Not') return !operands(argument, 1, 1, scope).map((each) => evaluateCondition(each, scope))[0];
  // CloudFormation itself wants two to ten operands.
  if (name === 'Fn::And') return operands(argument, 2, 10, scope).every((each) => evaluateCondition(each, scope));
  if (name === 'Fn::Or') return operands(argument, 2, 10, scope).some((each) => evaluateCondition(each, scope));
  return isTrue(resolvePlain(condition, scope), scope);
}

function equals(argument: Json, scope: ResolveScope): boolean {
  const [left, right] = operands(argument, 2, 2, scope).map((each) => resolvePlain(each, scope));
  return asText(left) === asText(right);
}

function asText(value: Json | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function operands(argument: Json, least: number, most: number, scope: ResolveScope): readonly Json[] {
  const fits = Array.isArray(argument) && argument.length >= least && argument.length <= most;
  if (!fits) throw malformed(scope);
  return argument as readonly Json[];
}

function isTrue(value: Json, scope: ResolveScope): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw malformed(scope);
}

function malformed(scope: ResolveScope): UserError {
  return new UserError(`A condition is malformed at ${scope.place}.`);
}
