/** A rule of `AWS::S3::Bucket`'s `CorsConfiguration.CorsRules`, under CloudFormation's names. */
export interface CorsRule {
  readonly AllowedOrigins: readonly string[];
  readonly AllowedMethods: readonly string[];
  readonly AllowedHeaders?: readonly string[];
  readonly ExposedHeaders?: readonly string[];
  readonly MaxAge?: number;
}

/** What a browser says of its request. */
export interface CorsRequest {
  readonly origin: string;
  readonly method: string;
  /** Of a preflight: the headers that the request will carry. */
  readonly headers: readonly string[];
}

/**
 * Response headers for a browser by the first rule that fits, `undefined` when none does; S3 refuses the preflight then, and leaves the headers out
 * of a plain answer.
 *
 * @example corsHeaders([{ AllowedOrigins: ['*'], AllowedMethods: ['PUT'] }], { origin: 'https://app.example', method: 'PUT', headers: [] })
 */
export function corsHeaders(rules: readonly CorsRule[], request: CorsRequest): Record<string, string> | undefined {
  const rule = rules.find((candidate) => fits(candidate, request));
  if (rule === undefined) return undefined;
  const anyOrigin = rule.AllowedOrigins.includes('*');
  return {
    'access-control-allow-origin': anyOrigin ? '*' : request.origin,
    'access-control-allow-methods': rule.AllowedMethods.join(', '),
    ...(anyOrigin ? {} : { 'access-control-allow-credentials': 'true' }),
    ...(request.headers.length === 0 ? {} : { 'access-control-allow-headers': request.headers.join(', ') }),
    ...(rule.ExposedHeaders?.length ? { 'access-control-expose-headers': rule.ExposedHeaders.join(', ') } : {}),
    ...(rule.MaxAge === undefined ? {} : { 'access-control-max-age': String(rule.MaxAge) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

function fits(rule: CorsRule, { origin, method, headers }: CorsRequest): boolean {
  const isHeaderAllowed = (header: string): boolean =>
    (rule.AllowedHeaders ?? []).some((pattern) => matches(pattern.toLowerCase(), header.toLowerCase()));
  return (
    rule.AllowedOrigins.some((pattern) => matches(pattern, origin)) &&
    rule.AllowedMethods.includes(method) &&
    headers.every(isHeaderAllowed)
  );
}

/** One `*` stands for any text. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star === -1) return pattern === text;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}
