import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type ApiFunctionName, apiBasePath, apiRoutes } from '../../core/http/api-routes.ts';
import type { WharfOptions } from '../options.ts';
import { acknowledge } from '../shared/acknowledge.ts';

export interface WharfHttpApiProps {
  readonly options: WharfOptions;
  readonly functions: Readonly<Record<ApiFunctionName, LambdaFunction>>;
}

/** The HTTP API: one route for each entry of `apiRoutes`, and `$default` for everything else. */
export class WharfHttpApi extends Construct {
  /** For example `https://abc.execute-api.us-east-1.amazonaws.com`, without the base path. */
  readonly endpoint: string;
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: WharfHttpApiProps) {
    super(scope, id);
    const { options } = props;
    const integrations = integrationsOf(props.functions);
    const api = new HttpApi(this, 'Api', {
      apiName: `wharf-${options.stage}`,
      createDefaultStage: false,
      defaultIntegration: integrations.system,
      ...(options.corsOrigins.length === 0 ? {} : { corsPreflight: corsPreflight(options.corsOrigins) }),
    });
    for (const route of apiRoutes) {
      api.addRoutes({
        path: `${apiBasePath}${route.path}`,
        methods: [HttpMethod[route.method]],
        integration: integrations[route.function],
        authorizer: new HttpNoneAuthorizer(),
      });
    }
    this.#addStage(api, options);
    this.endpoint = api.apiEndpoint;
    this.api = api;
    acknowledge(
      api,
      'AwsSolutions-APIG4',
      'Every route takes an API key or a login token; the functions check them, because one read answers both who calls and what they may do.',
    );
  }

  #addStage(api: HttpApi, options: WharfOptions): void {
    const accessLog = new LogGroup(this, 'AccessLog', {
      // API Gateway adds each log group outside of this prefix to one resource policy of limited size.
      logGroupName: `/aws/vendedlogs/${Stack.of(this).stackName}/api`,
      retention: options.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: options.apiRateLimit, burstLimit: options.apiBurstLimit },
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog), format: accessLogFormat },
    });
  }
}

/** The route, not the path: ids of sessions and messages stay out of this log. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    route: '$context.routeKey',
    status: '$context.status',
    latencyMs: '$context.responseLatency',
    integrationLatencyMs: '$context.integrationLatency',
    integrationError: '$context.integrationErrorMessage',
    bytes: '$context.responseLength',
  }),
);

function integrationsOf(functions: WharfHttpApiProps['functions']): Record<ApiFunctionName, HttpLambdaIntegration> {
  // One permission per function instead of one per route. Its pattern does not match `$default`, which `system` therefore names.
  const shared = { scopePermissionToRoute: false };
  return {
    auth: new HttpLambdaIntegration('Auth', functions.auth, shared),
    account: new HttpLambdaIntegration('Account', functions.account, shared),
    sessions: new HttpLambdaIntegration('Sessions', functions.sessions, shared),
    messages: new HttpLambdaIntegration('Messages', functions.messages, shared),
    'auto-reply': new HttpLambdaIntegration('AutoReply', functions['auto-reply'], shared),
    media: new HttpLambdaIntegration('MediaApi', functions.media, shared),
    directory: new HttpLambdaIntegration('Directory', functions.directory, shared),
    webhooks: new HttpLambdaIntegration('Webhooks', functions.webhooks, shared),
    deliveries: new HttpLambdaIntegration('Deliveries', functions.deliveries, shared),
    system: new HttpLambdaIntegration('System', functions.system),
  };
}

function corsPreflight(origins: readonly string[]): CorsPreflightOptions {
  return {
    allowOrigins: [...origins],
    allowMethods: [
      CorsHttpMethod.GET,
      CorsHttpMethod.POST,
      CorsHttpMethod.PUT,
      CorsHttpMethod.PATCH,
      CorsHttpMethod.DELETE,
    ],
    allowHeaders: ['authorization', 'content-type', 'x-api-key', 'x-request-id', 'idempotency-key'],
    exposeHeaders: [
      'x-request-id',
      'retry-after',
      'idempotent-replayed',
      'ratelimit',
      'ratelimit-policy',
      'x-ratelimit-limit',
      'x-ratelimit-remaining',
      'x-ratelimit-reset',
    ],
    maxAge: Duration.hours(1),
  };
}
