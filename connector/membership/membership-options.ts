import type { Health } from '../health.ts';
import type { FleetStore } from '../storage/fleet-store.ts';
import type { MembershipClock } from './clock.ts';
import type { FleetEvent } from './fleet-event.ts';
import type { FleetNumbers } from './fleet-numbers.ts';

/** What a worker brings into its fleet: who it is, how it does, and what is to be done with its shards. */
export interface MembershipOptions {
  readonly fleet: FleetStore;
  readonly workerId: string;
  readonly incarnation: string;
  readonly generation: number;
  readonly capacity: number;
  readonly shardCount: number;
  readonly processId: number;
  readonly clock: MembershipClock;
  readonly random: () => number;
  readonly numbers?: FleetNumbers;
  /** Sessions with a socket, for the row. */
  readonly sessionCount: () => number;
  /** How this process does, for the row. */
  readonly health?: () => Health;
  /** Sockets that fell within the last seconds, for the row. */
  readonly fallCount?: () => number;
  readonly sessionsOf: (shard: number) => number;
  /** Prepares a shard that will come soon; must not disturb its owner. */
  readonly onPreload: (shard: number) => Promise<void>;
  /** It will not come after all. */
  readonly onDropPreloaded: (shard: number) => void;
  /** Starts the sessions of a shard; resolves soon. */
  readonly onTaken: (shard: number, epoch: number) => void;
  /** Stops the sessions of a shard; resolves when all sockets are closed and all keys written. */
  readonly onReleasing: (shard: number) => Promise<void>;
  /** Most sockets of the fleet fell at once, or not any more; told after each look. */
  readonly onFleetStorm?: (isStorm: boolean) => void;
  /** Closes all sockets before it returns; `onEvent` then tells why. */
  readonly onFenced: () => void;
  readonly onEvent: (event: FleetEvent) => void;
  readonly onTrouble: (message: string, error: unknown) => void;
}
