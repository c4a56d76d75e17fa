export { type AllowedCidrs, parseAllowedCidrs } from './address-policy.ts';
export { type CanReach, createReach } from './can-reach.ts';
export { type CheckWebhookUrlOptions, checkWebhookUrl } from './check-webhook-url.ts';
export type { Blame } from './guard-error.ts';
export { createGuardedAgent, type GuardedAgent, type GuardedAgentOptions } from './guarded-agent.ts';
export {
  type GuardedAnswer,
  type GuardedFailure,
  type GuardedOutcome,
  type GuardedRequest,
  guardedRequest,
} from './guarded-request.ts';
