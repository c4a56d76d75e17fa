import { UserError } from '../user-error.ts';
import type { RouteSpec } from './api-spec.ts';

export interface MatchedRoute {
  readonly route: RouteSpec;
  /** Decoded values of the path's variables; a greedy one keeps its slashes. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface CompiledRoute {
  readonly route: RouteSpec;
  readonly method: string;
  readonly segments: readonly Segment[];
}

type Segment =
  | { readonly kind: 'fixed'; readonly text: string }
  | { readonly kind: 'variable' | 'greedy'; readonly name: string };

/** The order in which API Gateway prefers segments. */
const rank = { fixed: 0, variable: 1, greedy: 2 } as const;

/**
 * Finds routes as API Gateway does: the most specific path first (fixed before variable before greedy, segment by segment), a named method before
 * `ANY`, and `$default` last.
 *
 * @example createRouteTable(routes)('GET', '/api/v1/sessions/ses_1')?.pathParameters // { sessionId: 'ses_1' }
 */
export function createRouteTable(
  routes: readonly RouteSpec[],
): (method: string, path: string) => MatchedRoute | undefined {
  const compiled = routes.filter((route) => route.routeKey !== '$default').map(compile);
  compiled.sort(bySpecificity);
  const fallback = routes.find((route) => route.routeKey === '$default');
  return (method, path) => {
    const parts = path.split('/').slice(1);
    for (const candidate of compiled) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const pathParameters = match(candidate.segments, parts);
      if (pathParameters !== undefined) return { route: candidate.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

function compile(route: RouteSpec): CompiledRoute {
  const [method = '', path = ''] = route.routeKey.split(' ');
  if (!path.startsWith('/'))
    throw new UserError(`The runner cannot read the route key ${JSON.stringify(route.routeKey)}.`);
  const segments = path
    .split('/')
    .slice(1)
    .map((text): Segment => {
      const variable = /^\{([^}+]+)(\+?)\}$/.exec(text);
      if (variable === null) return { kind: 'fixed', text };
      return { kind: variable[2] === '+' ? 'greedy' : 'variable', name: variable[1] ?? '' };
    });
  return { route, method, segments };
}

function match(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (part === undefined || (part === '' && segment.kind !== 'fixed')) return undefined;
    if (segment.kind === 'greedy') {
      parameters[segment.name] = decode(parts.slice(index).join('/'));
      return parameters;
    }
    if (segment.kind === 'fixed') {
      if (segment.text !== part) return undefined;
    } else parameters[segment.name] = decode(part);
  }
  return segments.length === parts.length ? parameters : undefined;
}

/** A total order, also over routes that never compete, or sorting would depend on the order of the template. */
function bySpecificity(left: CompiledRoute, right: CompiledRoute): number {
  const [leftRank, rightRank] = [rankOf(left), rankOf(right)];
  if (leftRank !== rightRank) return leftRank < rightRank ? -1 : 1;
  return Number(left.method === 'ANY') - Number(right.method === 'ANY');
}

/** For example `012` for `/sessions/{id}/{tail+}`. */
function rankOf(route: CompiledRoute): string {
  return route.segments.map((segment) => rank[segment.kind]).join('');
}

/** A malformed escape stays as it was sent. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
