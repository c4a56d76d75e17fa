import type { FleetEvent } from './fleet-event.ts';
import type { TaskProtection } from './task-protection.ts';

/** What a worker has now; sessions count when they have a socket, or are about to. */
export interface Held {
  readonly shards: number;
  readonly sessions: number;
}

/**
 * Protects the task while it owns shards; to be called at the start and with each event. A retiring worker without a session gives the
 * protection up although it owns shards: the last worker of a fleet that nobody needs finds nobody to give them to.
 *
 * @example const protect = protectWhileNeeded(protection, () => ({ shards, sessions })); protect();
 */
export function protectWhileNeeded(protection: TaskProtection, held: () => Held): (event?: FleetEvent) => void {
  let isRetiring = false;
  return (event) => {
    if (event?.type === 'draining') isRetiring = event.reason === 'retiring';
    if (event?.type === 'serving_again') isRetiring = false;
    const { shards, sessions } = held();
    protection.set(shards > 0 && !(isRetiring && sessions === 0));
  };
}
