/** DynamoDB holds no number nearer to zero than this. */
const magnitudeMin = 1e-130;

/**
 * Whether JSON of the caller's own shape can stand in an item of DynamoDB: no empty field name, and no number that would lose digits
 * or is too near to zero. Without this look at it the write would fail, as a fault of ours.
 *
 * @example isStorable({ reply: 'Hello', after: 9007199254740993 }) // false
 */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'number') return isStorableNumber(Math.abs(value));
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, inner]) => name !== '' && isStorable(inner));
}

function isStorableNumber(magnitude: number): boolean {
  return magnitude === 0 || (magnitude >= magnitudeMin && magnitude <= Number.MAX_SAFE_INTEGER);
}
