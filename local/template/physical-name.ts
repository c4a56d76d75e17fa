import { createHash } from 'node:crypto';

/**
 * The name of a resource that the template leaves unnamed. AWS adds random characters; here the name must be the same at every start, or the
 * data folder would lose its tables. Too long names keep their beginning and get a digest.
 *
 * @example physicalName('wharf-dev', 'EventsQueue8F2A', { charactersMax: 80, suffix: '.fifo' }) // 'wharf-dev-EventsQueue8F2A.fifo'
 */
export function physicalName(
  stackName: string,
  logicalId: string,
  options: { charactersMax?: number; suffix?: string; lowerCase?: boolean } = {},
): string {
  const { charactersMax = 255, suffix = '', lowerCase = false } = options;
  const plain = `${stackName}-${logicalId}`;
  const whole = lowerCase ? plain.toLowerCase() : plain;
  const roomForName = charactersMax - suffix.length;
  if (whole.length <= roomForName) return whole + suffix;
  return `${whole.slice(0, roomForName - 9)}-${digest(plain).slice(0, 8)}${suffix}`;
}

/** A version 4 shaped UUID that is always the same for the same parts, for ids that AWS makes at random. */
export function stableUuid(...parts: readonly string[]): string {
  const hex = digest(parts.join('/'));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Lower-case letters and digits that are always the same for the same parts. */
export function stableCharacters(count: number, ...parts: readonly string[]): string {
  return BigInt(`0x${digest(parts.join('/'))}`)
    .toString(36)
    .slice(0, count);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
