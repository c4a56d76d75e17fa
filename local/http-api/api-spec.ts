/** An HTTP API of API Gateway as the template describes it. */
export interface ApiSpec {
  readonly apiId: string;
  readonly routes: readonly RouteSpec[];
  readonly cors: CorsSpec | undefined;
  /** Requests per second and burst of the stage; `undefined` leaves requests unlimited. */
  readonly throttle: ThrottleSpec | undefined;
}

export interface RouteSpec {
  /** `GET /sessions/{sessionId}` or `$default`. */
  readonly routeKey: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
}

export interface CorsSpec {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds: number | undefined;
}

export interface ThrottleSpec {
  readonly requestsPerSecond: number;
  readonly burst: number;
}
