import type { LocalStack } from '../e2e/support/local-stack.ts';
import type { Receiver } from '../e2e/support/receiver.ts';
import { type LinkedSession, linkSession, type Tenant } from '../e2e/support/tenant.ts';

/** QR codes are shown for a limited time, and two cores link only so many at once. */
const linkingInParallel = 4;
const progressEvery = 100;

/**
 * Links so many sessions, with phone numbers from `first` on.
 *
 * @example await linkMany(stack, tenant, receiver, { count: 24, first: 491_660_000_001 })
 */
export async function linkMany(
  stack: LocalStack,
  tenant: Tenant,
  receiver: Receiver,
  { count, first }: { readonly count: number; readonly first: number },
): Promise<LinkedSession[]> {
  const sessions: LinkedSession[] = [];
  while (sessions.length < count) {
    const batch = Math.min(linkingInParallel, count - sessions.length);
    const phones = Array.from({ length: batch }, (_, index) => String(first + sessions.length + index));
    sessions.push(...(await Promise.all(phones.map((phone) => linkSession(stack, tenant, receiver, phone)))));
    if (sessions.length % progressEvery === 0) console.error(`linked ${sessions.length} of ${count}`);
  }
  return sessions;
}
