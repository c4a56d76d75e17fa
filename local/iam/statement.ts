import type { AwsCall } from '../engines/engine.ts';
import { isJsonObject, type Json } from '../template/template.ts';
import { UserError } from '../user-error.ts';
import { compileCondition } from './condition.ts';
import { wildcard } from './wildcard.ts';

/** One policy statement, ready to be asked. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  covers(call: AwsCall): boolean;
}

const statementKeys = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);

/**
 * Compiles the statements of an identity policy document whose intrinsic functions are resolved. Anything that is not understood stops.
 *
 * @example compileStatements({ Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn }] }, 'AuthRole')
 */
export function compileStatements(document: Json | undefined, place: string): readonly Statement[] {
  if (!isJsonObject(document)) throw new UserError(`${place} has a policy without a document.`);
  const list = document.Statement ?? [];
  return ((Array.isArray(list) ? list : [list]) as readonly Json[]).map((statement) => compile(statement, place));
}

function compile(statement: Json, place: string): Statement {
  if (!isJsonObject(statement)) throw new UserError(`${place} has a malformed policy statement.`);
  const unknown = Object.keys(statement).find((key) => !statementKeys.has(key));
  if (unknown !== undefined)
    throw new UserError(`${place} has a policy statement with ${unknown}, which the runner does not know.`);
  const effect = statement.Effect;
  if (effect !== 'Allow' && effect !== 'Deny')
    throw new UserError(`${place} has a policy statement without an effect.`);
  const action = anyOf(statement, 'Action', 'NotAction', { ignoreCase: true }, place);
  const resource = anyOf(statement, 'Resource', 'NotResource', {}, place);
  const condition = compileCondition(statement.Condition, place);
  return { effect, covers: (call) => action(call.action) && resource(call.resource) && condition(call.context) };
}

function anyOf(
  statement: Readonly<Record<string, Json>>,
  name: string,
  negatedName: string,
  options: { ignoreCase?: boolean },
  place: string,
): (text: string) => boolean {
  const negated = statement[name] === undefined;
  const value = statement[name] ?? statement[negatedName];
  const list = (Array.isArray(value) ? value : [value]) as readonly Json[];
  const patterns = list.map((each) => {
    if (typeof each !== 'string') throw new UserError(`${place} has a policy statement without ${name}.`);
    return wildcard(each, options);
  });
  return (text) => patterns.some((matches) => matches(text)) !== negated;
}
