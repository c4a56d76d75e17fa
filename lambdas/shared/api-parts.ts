import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createAccountStandings } from '../../core/accounts/account-standing.ts';
import { type ApiKeyRepository, createApiKeyRepository } from '../../core/accounts/api-key-repository.ts';
import { createAuthenticator } from '../../core/accounts/authenticate.ts';
import { findUser } from '../../core/accounts/find-user.ts';
import { createSigningKeys } from '../../core/accounts/signing-keys.ts';
import { createAccessTokenVerifier } from '../../core/accounts/verify-access-token.ts';
import { type AuditTrail, createAuditTrail } from '../../core/audit/audit-trail.ts';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { type Cursors, createCursors } from '../../core/http/cursor.ts';
import { loadPlans } from '../../core/plans/load-plans.ts';
import type { Plans } from '../../core/plans/plan.ts';
import { createRateLimiter } from '../../core/rate-limits/rate-limiter.ts';
import type { Table } from '../../core/storage/table.ts';
import type { Authenticate } from './authenticate-request.ts';
import { createRateLimits, type RateLimits } from './limit-requests.ts';

/** What every function with authenticated routes is made of. */
export interface ApiParts {
  readonly logger: Logger;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly control: Table;
  readonly keys: ApiKeyRepository;
  /** Of login tokens. */
  readonly tokenKey: () => Promise<Uint8Array>;
  /** From which each refresh token is derived. */
  readonly refreshKey: () => Promise<Uint8Array>;
  readonly cursors: Cursors;
  readonly plans: Plans;
  readonly defaultPlan: string;
  readonly audit: AuditTrail;
  readonly authenticate: Authenticate;
  readonly limits: RateLimits;
}

/** A caller waits: better a quick error than a slow one. The SDK's own limits are none at all. */
export const requestHandler = { connectionTimeout: 1_000, requestTimeout: 5_000 } as const;
export const maxAttempts = 4;

/** Makes the parts from the environment; called once, while the function starts. */
export function createApiParts(serviceName: string): ApiParts {
  const logger = new Logger({ serviceName });
  const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts, requestHandler }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const control = { dynamodb, tableName: requireEnvironment(environmentNames.controlTable) };
  const signingKey = createSigningKeys({
    secretsManager: new SecretsManagerClient({ maxAttempts, requestHandler }),
    secretArn: requireEnvironment(environmentNames.jwtSecretArn),
  });
  const keys = createApiKeyRepository(control);
  const tokenKey = () => signingKey('access-token');
  const plans = loadPlans(process.env[environmentNames.plans]);
  const defaultPlan = requireEnvironment(environmentNames.defaultPlan);
  const audit = createAuditTrail(control);
  const authenticate = createAuthenticator({
    keys,
    findStanding: createAccountStandings({ findUser: (userId) => findUser(control, userId), plans, defaultPlan }),
    onFirstUse: async ({ tenantId, keyId, kind }, client) => {
      const actor = { kind: `${kind}-key`, id: keyId } as const;
      await audit.append({ tenantId, action: 'api_key.first_used', actor, subjectId: keyId, ...client });
    },
    verifyToken: createAccessTokenVerifier({ signingKey: tokenKey }),
    onUseNotRecorded: (error) => logger.warn('last use of a key not recorded', { err: error }),
  });
  return {
    logger,
    dynamodb,
    control,
    keys,
    tokenKey,
    refreshKey: () => signingKey('refresh-token'),
    cursors: createCursors(() => signingKey('cursor')),
    plans,
    defaultPlan,
    audit,
    authenticate,
    limits: createRateLimits({ take: createRateLimiter(control), logger }),
  };
}
