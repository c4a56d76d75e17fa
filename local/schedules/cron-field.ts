import { UserError } from '../user-error.ts';

export interface FieldRange {
  readonly least: number;
  readonly most: number;
  /** Names that stand for numbers from `least` on, for example `JAN`. */
  readonly names?: readonly string[];
}

/**
 * The numbers that one field of a cron expression allows: `*`, `?`, numbers, names, ranges, lists and steps. `L`, `W` and `#` are not known.
 *
 * @example cronField('MON-FRI', { least: 1, most: 7, names: ['SUN', 'MON', …] }) // Set { 2, 3, 4, 5, 6 }
 */
export function cronField(text: string, range: FieldRange): ReadonlySet<number> {
  const allowed = new Set<number>();
  for (const part of text.split(',')) {
    const [span = '', stepText] = part.split('/');
    const step = stepText === undefined ? 1 : number(stepText, { least: 1, most: range.most }, text);
    const [from, to] = bounds(span, stepText !== undefined, range, text);
    for (let value = from; value <= to; value += step) allowed.add(value);
  }
  return allowed;
}

function bounds(span: string, stepped: boolean, range: FieldRange, text: string): readonly [number, number] {
  if (span === '*' || span === '?') return [range.least, range.most];
  const [first = '', last] = span.split('-');
  const from = number(first, range, text);
  if (last !== undefined) return [from, number(last, range, text)];
  return [from, stepped ? range.most : from];
}

function number(text: string, range: FieldRange, field: string): number {
  const named = range.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named === -1 ? Number(text) : range.least + named;
  if (/^\d+$/.test(text) || named !== -1) {
    if (value >= range.least && value <= range.most) return value;
  }
  throw new UserError(`The runner cannot read ${JSON.stringify(field)} in a cron expression.`);
}
