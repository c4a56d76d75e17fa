import type { CorsSpec } from './api-spec.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * The CORS headers of an answer, by the Api's configuration; none when the request has no origin or one that is not allowed. API Gateway
 * overwrites those of the function with them.
 *
 * @example corsHeaders(spec, 'https://app.example.com')
 */
export function corsHeaders(cors: CorsSpec, origin: string | undefined): Headers {
  if (origin === undefined || !allowsOrigin(cors, origin)) return {};
  const any = cors.allowOrigins.includes('*') && !cors.allowCredentials;
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(any ? {} : { vary: 'origin' }),
    ...(cors.allowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(cors.exposeHeaders.length > 0 ? { 'access-control-expose-headers': cors.exposeHeaders.join(',') } : {}),
  };
}

/** What a preflight is answered with beyond `corsHeaders`. */
export function preflightHeaders(cors: CorsSpec, origin: string | undefined): Headers {
  const common = corsHeaders(cors, origin);
  if (Object.keys(common).length === 0) return {};
  return {
    ...common,
    ...(cors.allowMethods.length > 0 ? { 'access-control-allow-methods': cors.allowMethods.join(',') } : {}),
    ...(cors.allowHeaders.length > 0 ? { 'access-control-allow-headers': cors.allowHeaders.join(',') } : {}),
    ...(cors.maxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(cors.maxAgeSeconds) }),
  };
}

function allowsOrigin(cors: CorsSpec, origin: string): boolean {
  return cors.allowOrigins.some((allowed) => {
    if (allowed === '*' || allowed === origin) return true;
    // `https://*` and `http://*` are the wildcards that HTTP APIs know.
    return allowed.endsWith('://*') && origin.startsWith(allowed.slice(0, -1));
  });
}
