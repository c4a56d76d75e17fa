import type { CanReach } from '../../core/webhooks/guard/index.ts';
import type { SendOutcome } from './destinations/index.ts';

/**
 * Tells a dead receiver from a dead way out. Where packets left and nothing came back, both look alike; then it matters whether anything
 * else could be reached in the time of the failed call. If another receiver answered meanwhile, the way out was open and the receiver is
 * to blame. If not, a well-known host is tried: reached, the receiver is to blame; not reached, we are, for every call that was under way.
 */
export interface EgressWitness {
  /** Whether the failure of this call says nothing about the receiver. */
  isOurFault(outcome: SendOutcome, call: { readonly host: string; readonly startedAtMs: number }): Promise<boolean>;
}

/** Hosts whose last sign of life is remembered; the newest two would do, the rest costs nothing. */
const hostsMax = 50;

/** Belongs to AWS, is meant to be asked by anybody, and lies outside of AWS's own network as the receivers do. */
const canaryHost = 'checkip.amazonaws.com';

/** @example await createEgressWitness({ canReach, now: Date.now }).isOurFault(outcome, { host, startedAtMs }); */
export function createEgressWitness(options: {
  readonly canReach: CanReach;
  readonly now: () => number;
}): EgressWitness {
  const { canReach, now } = options;
  const seen = new Map<string, number>();
  let closedAtMs = Number.NEGATIVE_INFINITY;
  let openAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<boolean> | undefined;

  const sawHost = (host: string): void => {
    seen.delete(host);
    seen.set(host, now());
    const [oldest] = seen.keys();
    if (seen.size > hostsMax && oldest !== undefined) seen.delete(oldest);
  };
  const askCanary = async (): Promise<boolean> => {
    const isOpen = await canReach(canaryHost);
    if (isOpen) openAtMs = now();
    else closedAtMs = now();
    return isOpen;
  };
  return {
    isOurFault: async (outcome, { host, startedAtMs }) => {
      if (outcome.kind === 'answer' || outcome.blame === 'receiver') {
        if (outcome.kind === 'answer') sawHost(host);
        return false;
      }
      if (outcome.blame === 'ours') return true;
      const other = [...seen].some(([name, atMs]) => name !== host && atMs >= startedAtMs);
      if (other) return false;
      if (closedAtMs >= startedAtMs) return true;
      if (openAtMs >= startedAtMs) return false;
      asking ??= askCanary().finally(() => {
        asking = undefined;
      });
      return !(await asking);
    },
  };
}
