import type { Principal } from '../../core/accounts/principal.ts';
import type { ErrorCode } from '../../core/error-catalogue.ts';
import type { BucketDecision } from '../../core/rate-limits/bucket.ts';
import type { RateRequest, TakeTokens } from '../../core/rate-limits/rate-limiter.ts';
import { rateSubjects, requestPolicy, sendPolicy } from '../../core/rate-limits/rate-policies.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { ApiLogger } from './api-event.ts';

/** Decisions of the buckets that a request passed; the headers of its answer are made of them. */
export type PassedBuckets = BucketDecision[];

export interface RateLimits {
  /** Takes one request of the caller. Throws `TOO_MANY_REQUESTS`. */
  admitRequest(principal: Principal, passed: PassedBuckets): Promise<void>;
  /** Takes one WhatsApp send of a session. Throws `SEND_RATE_EXCEEDED`. */
  admitSend(principal: Principal, sessionId: string, passed: PassedBuckets): Promise<void>;
}

export interface RateLimitsOptions {
  readonly take: TakeTokens;
  readonly logger: Pick<ApiLogger, 'warn'>;
}

/**
 * The limits of the API, after the plan of the caller's account. A bucket that cannot be reached lets through: what follows needs the
 * same table, and a limit is no reason to be down.
 *
 * @example createRateLimits({ take: createRateLimiter(control), logger })
 */
export function createRateLimits({ take, logger }: RateLimitsOptions): RateLimits {
  const pass = async (request: RateRequest, refusal: ErrorCode, passed: PassedBuckets) => {
    const decision = await take(request).catch((error: unknown) => {
      logger.warn('rate limit not checked', { err: error, tenantId: request.tenantId, bucket: request.policy.name });
    });
    if (decision === undefined) return;
    passed.push(decision);
    if (decision.admitted) return;
    const { limit, policy, retryAfterSeconds } = decision;
    throw new WharfError(refusal, {
      detail: `The plan allows ${limit} ${policy.name} in ${policy.windowSeconds} s; wait ${retryAfterSeconds} s.`,
      extra: { limit, windowSeconds: policy.windowSeconds, retryAfterSeconds },
    });
  };
  return {
    admitRequest: (caller, passed) => {
      const { tenantId, plan } = caller;
      return pass({ tenantId, subject: subjectOf(caller), policy: requestPolicy(plan) }, 'TOO_MANY_REQUESTS', passed);
    },
    admitSend: ({ tenantId, plan }, sessionId, passed) => {
      const subject = rateSubjects.sends(sessionId);
      return pass({ tenantId, subject, policy: sendPolicy(plan) }, 'SEND_RATE_EXCEEDED', passed);
    },
  };
}

function subjectOf(principal: Principal): string {
  if (principal.kind === 'user') return rateSubjects.user(principal.userId);
  return principal.kind === 'account-key'
    ? rateSubjects.accountKey(principal.keyId)
    : rateSubjects.session(principal.sessionId);
}
