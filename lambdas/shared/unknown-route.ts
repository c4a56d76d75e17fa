import { apiBasePath } from '../../core/http/api-base-path.ts';
import { apiRoutes } from '../../core/http/api-routes.ts';
import { WharfError } from '../../core/wharf-error.ts';

const known = apiRoutes.map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${apiBasePath}${path.replace(/\{[^}]+\}/g, '[^/]+')}/?$`),
}));

/** Throws `METHOD_NOT_ALLOWED`, naming the methods that the path takes, or `ROUTE_NOT_FOUND`. */
export function unknownRoute({ path }: { readonly path: string }): never {
  const allow = known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  if (allow.length === 0) {
    throw new WharfError('ROUTE_NOT_FOUND', { detail: `Routes begin with ${apiBasePath}.` });
  }
  throw new WharfError('METHOD_NOT_ALLOWED', { extra: { allow: allow.join(', ') } });
}
