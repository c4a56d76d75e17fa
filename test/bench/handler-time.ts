import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { newApiKey } from '../../core/accounts/api-key.ts';
import { createAuthenticator } from '../../core/accounts/authenticate.ts';
import { noAutoReply } from '../../core/auto-reply/auto-reply.ts';
import type { Plan } from '../../core/plans/plan.ts';
import { shippedPlans } from '../../core/plans/plans.ts';
import { admittedDecision, tokenUs } from '../../core/rate-limits/bucket.ts';
import type { Session } from '../../core/sessions/session.ts';
import { sessionOperations } from '../../lambdas/sessions/operations.ts';
import { presentSession } from '../../lambdas/sessions/present-session.ts';
import { requireSession } from '../../lambdas/sessions/require-session.ts';
import type { ApiEvent } from '../../lambdas/shared/api-event.ts';
import { createApiHandler } from '../../lambdas/shared/api-handler.ts';
import { createRateLimits } from '../../lambdas/shared/limit-requests.ts';
import { bind } from '../../lambdas/shared/operation.ts';

const warmUps = 2_000;
const runs = 10_000;
const tenantId = `usr_${'0'.repeat(26)}`;
const sessionId = `ses_${'0'.repeat(26)}`;
const at = '2026-11-22T00:00:00.000Z';

const session: Session = {
  tenantId,
  sessionId,
  name: 'Bench',
  shard: 0,
  desired: 'connected',
  desiredRev: 1,
  status: 'connected',
  statusRev: 3,
  statusSince: at,
  statusHistory: (['connected', 'connecting', 'scan_qr'] as const).map((status) => ({ status, at })),
  phone: '+4915112345678',
  metadata: { customer: 'abc' },
  settings: {},
  autoReply: noAutoReply,
  createdAt: at,
  updatedAt: at,
};

/**
 * Milliseconds of each warm `GET /sessions/:id`: everything between the event of API Gateway and its answer (trace, route, key, limit,
 * answer), with rows that are in memory instead of DynamoDB.
 */
export async function measureHandler(): Promise<number[]> {
  const { key, hash } = newApiKey('account');
  const handler = makeHandler(hash);
  const event = toEvent(key);
  const times: number[] = [];
  for (let run = 0; run < warmUps + runs; run++) {
    const request = structuredClone(event);
    const startedAt = performance.now();
    const { statusCode } = (await handler(request as ApiEvent, {} as Context)) as { statusCode: number };
    const ms = performance.now() - startedAt;
    if (statusCode !== 200) throw new Error(`The handler answered ${statusCode}.`);
    if (run >= warmUps) times.push(ms);
  }
  return times;
}

function makeHandler(hash: string) {
  const plan = { name: 'sandbox', ...shippedPlans.sandbox } as Plan;
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const authenticate = createAuthenticator({
    keys: {
      findByHash: async (asked) =>
        asked === hash
          ? { tenantId, keyId: 'key_1', kind: 'account', scopes: '*', lastUsedAt: new Date().toISOString() }
          : undefined,
      recordUse: async () => false,
    },
    findStanding: async () => ({ role: 'user', plan, isSuspended: false }),
    onFirstUse: async () => undefined,
    onUseNotRecorded: () => undefined,
    verifyToken: () => Promise.reject(new Error('Nobody brings a token.')),
  });
  const limits = createRateLimits({
    logger,
    take: async ({ policy }) => {
      const nowUs = Date.now() * 1_000;
      return admittedDecision(policy, nowUs + tokenUs(policy), nowUs);
    },
  });
  const sessions = { find: async () => session };
  const parts = { sessions } as unknown as Parameters<typeof requireSession>[1];
  const get = bind(sessionOperations.get, async ({ principal, path }) => ({
    data: presentSession(await requireSession({ tenantId: principal.tenantId, sessionId: path('sessionId') }, parts)),
  }));
  return createApiHandler({ logger, authenticate, limits, operations: [get] });
}

function toEvent(key: string): APIGatewayProxyEventV2 {
  const path = `/api/v1/sessions/${sessionId}`;
  return {
    version: '2.0',
    routeKey: 'GET /api/v1/sessions/{sessionId}',
    rawPath: path,
    rawQueryString: '',
    headers: { 'x-api-key': key },
    pathParameters: { sessionId },
    requestContext: { http: { method: 'GET', path, sourceIp: '127.0.0.1' } },
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
}
