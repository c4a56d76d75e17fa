/**
 * One login and the refresh tokens that grew from it.
 *
 * A family is **live** from the login on. Its newest token is the current one; using it makes the next one current (`rotate`) and
 * keeps the hash of the one before. It ends
 * - by **revocation**: logout, change of password, or **reuse**: any token of the family other than the current one comes
 *   in. Then somebody else has a copy of the chain, nobody can tell who is the owner, and both lose it;
 * - by **age**: 30 days without use, 90 days in all.
 *
 * The grace: for 10 seconds after a rotation the token before is no reuse but a repeat, and gets the very token that the rotation gave.
 * Two tabs that refresh together, or a client whose answer was lost on the way, go on with one chain. Ten seconds cover a retry
 * after a timeout; a thief who comes in that time shares the chain, and loses it at the next rotation of either side.
 *
 * Only `rotate` and `revoke` change a row, each by one conditional write. A revoked row stays until it would have expired.
 */
export interface RefreshFamily {
  readonly tenantId: string;
  readonly familyId: string;
  readonly currentHash: string;
  /** Absent before the first rotation. */
  readonly previousHash?: string;
  readonly rotatedAtMs: number;
  readonly createdAtMs: number;
  /** End of the 90 days. */
  readonly endsAtMs: number;
  readonly revokedAtMs?: number;
  readonly revokedBecause?: RevocationReason;
  readonly address: string;
  readonly userAgent: string;
  readonly expiresAtSeconds: number;
}

export type RevocationReason = 'logout' | 'password_changed' | 'reuse' | 'suspended' | 'too_many';

export const graceMs = 10_000;
export const idleMs = 30 * 24 * 3_600_000;
export const lifeMs = 90 * 24 * 3_600_000;

/** When a family ends by age if its current token is not used. */
export function familyExpiryMs(family: Pick<RefreshFamily, 'rotatedAtMs' | 'endsAtMs'>): number {
  return Math.min(family.rotatedAtMs + idleMs, family.endsAtMs);
}

export type FamilyVerdict = 'current' | 'repeat' | 'reused' | 'ended';

/** What a presented token is to its family. */
export function judgeToken(family: RefreshFamily | undefined, presentedHash: string, nowMs: number): FamilyVerdict {
  if (family === undefined || family.revokedAtMs !== undefined || familyExpiryMs(family) <= nowMs) return 'ended';
  if (family.currentHash === presentedHash) return 'current';
  const isInGrace = nowMs - family.rotatedAtMs <= graceMs;
  return family.previousHash === presentedHash && isInGrace ? 'repeat' : 'reused';
}
