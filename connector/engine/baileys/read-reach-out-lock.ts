import type { ReachoutTimelockState } from '@whiskeysockets/baileys';
import type { ReachOutLock } from '../port.ts';

/** A lock as WhatsApp told of it, in a notification or as an answer. An end that is no moment counts as none. */
export function readReachOutLock({ isActive, timeEnforcementEnds }: ReachoutTimelockState): ReachOutLock {
  const endsAtMs = timeEnforcementEnds?.getTime() ?? Number.NaN;
  const isKnown = isActive === true && Number.isFinite(endsAtMs);
  return { isActive: isActive === true, until: isKnown ? new Date(endsAtMs).toISOString() : null };
}
