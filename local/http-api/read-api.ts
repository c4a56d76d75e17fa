import {
  ofType,
  type PropertyOwner,
  readList,
  readNumber,
  readObject,
  readOptionalText,
  readText,
} from '../resources/read-property.ts';
import type { ResolvedResource } from '../template/stack-model.ts';
import { isJsonObject } from '../template/template.ts';
import { UserError } from '../user-error.ts';
import type { ApiSpec, CorsSpec, RouteSpec, ThrottleSpec } from './api-spec.ts';

/** API Gateway's own maximum, and its default. */
const integrationTimeoutMs = 30_000;

/**
 * The one HTTP API of the stacks. Throws when there is none or more than one, and for what the runner does not do: WebSocket APIs, authorizers,
 * stages other than `$default`, integrations other than Lambda with payload 2.0.
 */
export function readApi(resources: readonly ResolvedResource[]): ApiSpec {
  const apis = ofType(resources, 'AWS::ApiGatewayV2::Api');
  const [api] = apis;
  if (api === undefined || apis.length > 1)
    throw new UserError(`The stack has ${apis.length} HTTP APIs; the runner serves one.`);
  demand(api, 'ProtocolType', 'HTTP');
  const stage = ofType(resources, 'AWS::ApiGatewayV2::Stage')[0];
  if (stage !== undefined) demand(stage, 'StageName', '$default');
  const integrations = new Map(
    ofType(resources, 'AWS::ApiGatewayV2::Integration').map((each) => [each.identity.ref, each] as const),
  );
  return {
    apiId: api.identity.ref,
    routes: ofType(resources, 'AWS::ApiGatewayV2::Route').map((route) => readRoute(route, integrations)),
    cors: api.properties.CorsConfiguration === undefined ? undefined : readCors(api),
    throttle: stage && readThrottle(stage),
  };
}

function readRoute(route: ResolvedResource, integrations: ReadonlyMap<string, ResolvedResource>): RouteSpec {
  const authorization = readOptionalText(route, 'AuthorizationType') ?? 'NONE';
  if (authorization !== 'NONE') throw new UserError(`${route.logicalId} wants an authorizer; the runner has none.`);
  const integration = integrations.get(readText(route, 'Target').replace(/^integrations\//, ''));
  if (integration === undefined) throw new UserError(`${route.logicalId} has no integration.`);
  demand(integration, 'IntegrationType', 'AWS_PROXY');
  demand(integration, 'PayloadFormatVersion', '2.0');
  return {
    routeKey: readText(route, 'RouteKey'),
    functionArn: functionArn(readText(integration, 'IntegrationUri')),
    timeoutMs: readNumber(integration, 'TimeoutInMillis', integrationTimeoutMs),
  };
}

/** Either the function's ARN itself or the long form `arn:…:apigateway:…/functions/<arn>/invocations`. */
function functionArn(uri: string): string {
  return /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}

function readCors(api: ResolvedResource): CorsSpec {
  const cors = { logicalId: `${api.logicalId}.CorsConfiguration`, properties: readObject(api, 'CorsConfiguration') };
  const texts = (name: string) => readList(cors, name).map(String);
  return {
    allowOrigins: texts('AllowOrigins'),
    allowMethods: texts('AllowMethods'),
    allowHeaders: texts('AllowHeaders'),
    exposeHeaders: texts('ExposeHeaders'),
    allowCredentials: cors.properties.AllowCredentials === true,
    maxAgeSeconds: cors.properties.MaxAge === undefined ? undefined : readNumber(cors, 'MaxAge', 0),
  };
}

function readThrottle(stage: ResolvedResource): ThrottleSpec | undefined {
  const properties = stage.properties.DefaultRouteSettings;
  if (!isJsonObject(properties)) return undefined;
  const settings: PropertyOwner = { logicalId: `${stage.logicalId}.DefaultRouteSettings`, properties };
  const requestsPerSecond = readNumber(settings, 'ThrottlingRateLimit', Number.POSITIVE_INFINITY);
  const burst = readNumber(settings, 'ThrottlingBurstLimit', Number.POSITIVE_INFINITY);
  return Number.isFinite(requestsPerSecond) || Number.isFinite(burst) ? { requestsPerSecond, burst } : undefined;
}

function demand(resource: ResolvedResource, property: string, wanted: string): void {
  const value = readOptionalText(resource, property);
  if (value !== wanted) {
    throw new UserError(
      `The runner knows only ${property} ${wanted}, but ${resource.logicalId} has ${value ?? 'none'}.`,
    );
  }
}
