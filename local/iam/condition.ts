import { isJsonObject, type Json } from '../template/template.ts';
import { UserError } from '../user-error.ts';
import { wildcard } from './wildcard.ts';

export type ConditionContext = Readonly<Record<string, readonly string[]>>;
export type ConditionTest = (context: ConditionContext) => boolean;

type Matcher = (wanted: string) => (actual: string) => boolean;

interface Operator {
  readonly matcher: Matcher;
  /** `StringNotEquals` and its like hold when no wanted value matches, also for an absent key. */
  readonly negated: boolean;
}

const equals: Matcher = (wanted) => (actual) => actual === wanted;
const like: Matcher = (wanted) => wildcard(wanted);
const equalsIgnoringCase: Matcher = (wanted) => (actual) => actual.toLowerCase() === wanted.toLowerCase();

const operators: Readonly<Record<string, Operator>> = {
  StringEquals: { matcher: equals, negated: false },
  StringNotEquals: { matcher: equals, negated: true },
  StringEqualsIgnoreCase: { matcher: equalsIgnoringCase, negated: false },
  StringLike: { matcher: like, negated: false },
  StringNotLike: { matcher: like, negated: true },
  ArnEquals: { matcher: like, negated: false },
  ArnLike: { matcher: like, negated: false },
  Bool: { matcher: equalsIgnoringCase, negated: false },
};

/**
 * Compiles the `Condition` of a policy statement: all operators and all keys must hold, for each key any of its values. An operator that is not
 * known stops the boot, since skipping it could allow what AWS denies.
 *
 * @example compileCondition({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['TENANT#*'] } }, 'AuthRole')
 */
export function compileCondition(condition: Json | undefined, place: string): ConditionTest {
  if (condition === undefined) return () => true;
  if (!isJsonObject(condition)) throw new UserError(`The policy of ${place} has a malformed condition.`);
  const tests = Object.entries(condition).flatMap(([operatorName, keys]) => {
    if (!isJsonObject(keys)) throw new UserError(`The policy of ${place} has a malformed condition ${operatorName}.`);
    return Object.entries(keys).map(([key, values]) => compileTest(operatorName, key, texts(values, place), place));
  });
  return (context) => tests.every((test) => test(context));
}

function compileTest(operatorName: string, key: string, wanted: readonly string[], place: string): ConditionTest {
  if (operatorName === 'Null') {
    return (context) => wanted.includes(String(valuesOf(context, key).length === 0));
  }
  const { quantifier, operator, ifExists } = parseOperator(operatorName, place);
  const matchers = wanted.map(operator.matcher);
  const holds = (actual: string) => matchers.some((matches) => matches(actual)) !== operator.negated;
  return (context) => {
    const actual = valuesOf(context, key);
    if (quantifier === 'ForAllValues') return actual.every(holds);
    if (actual.length === 0) return quantifier === undefined && (ifExists || operator.negated);
    // For a key with one value, which is what an operator without quantifier is meant for, both readings are the same.
    return operator.negated && quantifier === undefined ? actual.every(holds) : actual.some(holds);
  };
}

function parseOperator(name: string, place: string) {
  const parts = name.split(':');
  const quantifier = parts.length === 2 ? parts[0] : undefined;
  const tail = parts.at(-1) ?? '';
  const ifExists = tail.endsWith('IfExists');
  const plain = ifExists ? tail.slice(0, -'IfExists'.length) : tail;
  const operator = Object.hasOwn(operators, plain) ? operators[plain] : undefined;
  const quantifierKnown = quantifier === undefined || quantifier === 'ForAllValues' || quantifier === 'ForAnyValue';
  if (operator === undefined || !quantifierKnown) {
    throw new UserError(`The policy of ${place} uses the condition operator ${name}, which the runner does not know.`);
  }
  return { quantifier, operator, ifExists };
}

/** Condition keys are compared without regard to case. */
function valuesOf(context: ConditionContext, key: string): readonly string[] {
  const exact = context[key];
  if (exact !== undefined) return exact;
  const lower = key.toLowerCase();
  return Object.entries(context).find(([name]) => name.toLowerCase() === lower)?.[1] ?? [];
}

function texts(value: Json, place: string): readonly string[] {
  const list = (Array.isArray(value) ? value : [value]) as readonly Json[];
  return list.map((each) => {
    if (typeof each === 'object')
      throw new UserError(`The policy of ${place} compares with something that is no text.`);
    // Policy variables would need the caller's identity and tags; taken literally they would match nothing.
    if (String(each).includes('${')) throw new UserError(`The policy of ${place} uses a policy variable in ${each}.`);
    return String(each);
  });
}
