import { describe, expect, test } from 'vitest';
import { apiBasePath, apiRoutes } from '../../core/http/api-routes.ts';
import { resource, resourcesOf, synthesize, target } from './support/synthesize.ts';

const template = synthesize();
const json = template.toJSON();

describe('HTTP API', () => {
  const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
  const functionOf = (routeKey: string): string => {
    const route = routes.find(({ RouteKey }) => RouteKey === routeKey)!;
    const integration = (route.Target as { 'Fn::Join': [string, [string, { Ref: string }]] })['Fn::Join'][1][1].Ref;
    return target(json.Resources[integration].Properties.IntegrationUri).replace(/(Function)?[0-9A-F]{8}$/, '');
  };

  test('has exactly the routes of core, each leading to its function, and $default leading to system', () => {
    const keyOf = ({ method, path }: (typeof apiRoutes)[number]) => `${method} ${apiBasePath}${path}`;
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual([...apiRoutes.map(keyOf), '$default'].sort());
    for (const route of apiRoutes) expect(functionOf(keyOf(route)).toLowerCase()).toBe(route.function.replace('-', ''));
    expect(functionOf('$default')).toBe('System');
  });

  test('is limited and logged, without any path in the log', () => {
    const { Properties } = resource(template, 'AWS::ApiGatewayV2::Stage', 'HttpApi');
    expect(Properties.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 });
    const { Format } = Properties.AccessLogSettings as { Format: string };
    expect(Format).toContain('$context.routeKey');
    expect(Format).not.toContain('path');
  });

  test('answers browsers only when origins are named', () => {
    const api = (options: Record<string, unknown>) =>
      resource(synthesize(options), 'AWS::ApiGatewayV2::Api', 'HttpApi').Properties.CorsConfiguration;
    expect(api({})).toBeUndefined();
    expect(api({ corsOrigins: ['https://app.example.com'] })).toMatchObject({
      AllowOrigins: ['https://app.example.com'],
      AllowHeaders: expect.arrayContaining(['x-api-key', 'authorization', 'idempotency-key', 'x-request-id']),
      ExposeHeaders: expect.arrayContaining(['x-request-id', 'retry-after', 'ratelimit', 'idempotent-replayed']),
    });
  });
});
