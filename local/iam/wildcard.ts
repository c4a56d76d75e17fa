/**
 * A test for an IAM pattern: `*` stands for any text, `?` for one character, everything else for itself.
 *
 * @example wildcard('arn:aws:sqs:*:*:wharf-*')('arn:aws:sqs:us-east-1:000000000000:wharf-events') // true
 */
export function wildcard(pattern: string, options: { ignoreCase?: boolean } = {}): (text: string) => boolean {
  if (pattern === '*') return () => true;
  const source = pattern
    .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, options.ignoreCase ? 'is' : 's');
  return (text) => expression.test(text);
}
