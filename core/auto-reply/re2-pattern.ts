import { RE2JS } from 're2js';

/** A tenant's patterns are few and are tried at every message. */
const compiledMax = 200;
const compiled = new Map<string, RE2JS | undefined>();

/**
 * Tests a text with a pattern in time that grows with their lengths only (RE2), without regard to case. A pattern that RE2 does not take
 * fits nothing.
 *
 * @example testPattern('^order \\d+$', 'Order 4711') // true
 */
export function testPattern(pattern: string, text: string): boolean {
  return compile(pattern)?.matcher(text).find() ?? false;
}

/** Whether RE2 takes the pattern. */
export function isPattern(pattern: string): boolean {
  return tryCompile(pattern) !== undefined;
}

function compile(pattern: string): RE2JS | undefined {
  if (compiled.has(pattern)) return compiled.get(pattern);
  if (compiled.size >= compiledMax) compiled.clear();
  const made = tryCompile(pattern);
  compiled.set(pattern, made);
  return made;
}

function tryCompile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  } catch {
    // The API refuses such patterns; one that came past it must not stop the session's other rules.
    return undefined;
  }
}
