import type { Plan } from '../plans/plan.ts';
import type { BucketPolicy } from './bucket.ts';

const windowSeconds = 60;

/** Requests of one caller. */
export function requestPolicy(plan: Plan): BucketPolicy {
  return { name: 'requests', quota: plan.requestsPerMinute, windowSeconds };
}

/** WhatsApp sends of one session, whoever asks for them. */
export function sendPolicy(plan: Plan): BucketPolicy {
  return { name: 'sends', quota: plan.sendsPerMinute, windowSeconds };
}

/** Names of buckets, the subjects of `tableKeys.rateBucket`. */
export const rateSubjects = {
  /** A login token's requests. */
  user: (userId: string) => `USER#${userId}`,
  accountKey: (keyId: string) => `KEY#${keyId}`,
  /** Requests by any key of a session: a second key does not double its limit. */
  session: (sessionId: string) => `SESSION#${sessionId}`,
  sends: (sessionId: string) => `SENDS#${sessionId}`,
};
