import { type EndpointLimits, endpointLimits } from '../../../core/webhooks/endpoints/index.ts';
import type { DeliverPace } from '../../../lambdas/deliver/deliver-ports.ts';

/** Days of retries in seconds: every wait is shorter, and their order is the same (lease < visibility < grace < forgotten). */
export const fastTimes = {
  leaseMs: 1_500,
  visibilitySeconds: 3,
  forgottenAfterMs: 8_000,
  lookAgainMs: 4_000,
  sweepEveryMs: 1_000,
} as const;

export const fastLimits: EndpointLimits = {
  ...endpointLimits,
  slotMs: 1_500,
  windowMs: 2_000,
  openMs: 300,
  openMsMax: 2_000,
};

export const fastPace: DeliverPace = {
  schedule: { stepsSeconds: [0.1, 0.5, 1, 1, 1, 2, 2, 2, 2], throttledFloorSeconds: 1 },
  sweepGraceMs: 3_000,
  slotSeconds: 0.2,
  slotSecondsMax: 1,
  ourFaultSeconds: 1,
  ourFaultSecondsMax: 2,
};
