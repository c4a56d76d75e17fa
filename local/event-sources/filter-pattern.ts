import { isJsonObject, type Json, type JsonObject } from '../template/template.ts';
import { UserError } from '../user-error.ts';

type Test = (value: Json | undefined) => boolean;

/**
 * Compiles an event filter: every named member must fit, each by any of its alternatives. Knows plain values, `exists`, `prefix`, `suffix` and
 * `anything-but`; any other rule stops the boot.
 *
 * @example compileFilter({ body: { type: ['message.received', { prefix: 'status.' }] } }, 'Mapping1')({ body: { type: 'status.change' } }) // true
 */
export function compileFilter(pattern: JsonObject, place: string): (value: JsonObject) => boolean {
  const test = compileObject(pattern, place);
  return (value) => test(value);
}

function compileObject(pattern: JsonObject, place: string): Test {
  const tests = Object.entries(pattern).map(([name, rule]) => {
    const test = isJsonObject(rule) ? compileObject(rule, place) : compileAlternatives(rule, place);
    return (value: JsonObject) => test(value[name]);
  });
  return (value) => tests.every((test) => test(isJsonObject(value) ? value : {}));
}

function compileAlternatives(rule: Json, place: string): Test {
  if (!Array.isArray(rule)) throw new UserError(`A filter of ${place} holds a value that is no list.`);
  const tests = (rule as readonly Json[]).map((alternative) => compileAlternative(alternative, place));
  return (value) => {
    // A list in the message fits when any of its elements does.
    const candidates = Array.isArray(value) ? (value as readonly Json[]) : [value];
    return tests.some((test) => candidates.some(test));
  };
}

function compileAlternative(alternative: Json, place: string): Test {
  if (!isJsonObject(alternative)) return (value) => value === alternative;
  const [name = '', operand] = Object.entries(alternative)[0] ?? [];
  if (name === 'exists') return (value) => (value !== undefined) === operand;
  if (name === 'prefix') return (value) => typeof value === 'string' && value.startsWith(String(operand));
  if (name === 'suffix') return (value) => typeof value === 'string' && value.endsWith(String(operand));
  if (name === 'anything-but') {
    const excluded = (Array.isArray(operand) ? operand : [operand]) as readonly Json[];
    if (excluded.some((each) => typeof each === 'object')) throw unknownRule('anything-but with an object', place);
    return (value) => value !== undefined && !excluded.includes(value);
  }
  throw unknownRule(name, place);
}

function unknownRule(name: string, place: string): UserError {
  return new UserError(`A filter of ${place} uses ${name}, which the runner does not know.`);
}
