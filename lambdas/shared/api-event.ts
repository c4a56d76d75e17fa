import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Principal } from '../../core/accounts/principal.ts';
import type { PassedBuckets } from './limit-requests.ts';
import type { Operation } from './operation.ts';

/** What the middlewares learn about a request on its way in. */
export interface RequestState {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly passedBuckets: PassedBuckets;
  operation?: Operation;
  principal?: Principal;
  body?: unknown;
  query?: unknown;
}

/** An event of API Gateway (payload 2.0) with the state of its request. */
export type ApiEvent = APIGatewayProxyEventV2 & { state: RequestState };

export type ApiResponse = APIGatewayProxyStructuredResultV2;

export type ApiMiddleware = middy.MiddlewareObj<ApiEvent, ApiResponse>;

export type MiddyRequest = middy.Request<ApiEvent, ApiResponse>;

/** What is used of the logger. Never given a secret, a key, a token, a QR or a message text. */
export interface ApiLogger {
  info(message: string, details: Readonly<Record<string, unknown>>): void;
  warn(message: string, details: Readonly<Record<string, unknown>>): void;
  error(message: string, details: Readonly<Record<string, unknown>>): void;
}
