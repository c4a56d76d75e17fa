import type { PublishEvent } from '../../core/events/publish-event.ts';
import type { DeliveryAttempt, DeliveryTask } from '../../core/webhooks/delivery.ts';
import type { Lane, SendDeliveryTasks } from '../../core/webhooks/delivery-queue.ts';
import type { DeliveryRepository } from '../../core/webhooks/delivery-repository.ts';
import type { EndpointLimits, EndpointRepository } from '../../core/webhooks/endpoints/index.ts';
import type { TurnRepository } from '../../core/webhooks/turn-repository.ts';
import type { WebhookReader } from '../../core/webhooks/webhook-repository.ts';
import type { SendToDestination } from './destinations/index.ts';
import type { EgressWitness } from './egress-witness.ts';
import type { ReadEventBody } from './read-event-body.ts';
import { type RetrySchedule, retrySchedule } from './retry-schedule.ts';
import type { SignShipment } from './signed-shipment.ts';

export interface DeliverPorts {
  readonly deliveries: Pick<DeliveryRepository, 'claim' | 'finish' | 'defer' | 'disable'>;
  readonly writeAttempt: (attempt: DeliveryAttempt) => Promise<void>;
  readonly turns: Pick<TurnRepository, 'first' | 'remove'>;
  readonly endpoints: EndpointRepository;
  readonly webhooks: Pick<WebhookReader, 'find' | 'disable' | 'setLane'>;
  readonly readEventBody: ReadEventBody;
  readonly sign: SignShipment;
  readonly send: SendToDestination;
  readonly egress: EgressWitness;
  readonly sendTasks: SendDeliveryTasks;
  /** Tells the tenant about a webhook. */
  readonly publish: PublishEvent;
  /** Calls that one webhook of the account may have under way. */
  readonly inFlightMax: (tenantId: string) => Promise<number>;
  readonly limits: EndpointLimits;
  readonly pace: DeliverPace;
  /** Hears of faults that must not undo a try that was made. */
  readonly onTrouble: (what: string, error: unknown) => void;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Waits that the rules of delivery name; a run in fast motion scales them. */
export interface DeliverPace {
  readonly schedule: RetrySchedule;
  /** A waiting row that its message should have woken is swept after this grace. */
  readonly sweepGraceMs: number;
  /** First wait for a slot; it doubles. */
  readonly slotSeconds: number;
  readonly slotSecondsMax: number;
  /** First wait after a fault of ours; it doubles. */
  readonly ourFaultSeconds: number;
  readonly ourFaultSecondsMax: number;
}

export const deliverPace: DeliverPace = {
  schedule: retrySchedule,
  sweepGraceMs: 5 * 60_000,
  slotSeconds: 1,
  slotSecondsMax: 60,
  ourFaultSeconds: 30,
  ourFaultSecondsMax: 300,
};

/** A task as it came: from which lane, and whether there is still time to begin another. */
export interface ReceivedTask {
  readonly task: DeliveryTask;
  readonly lane: Lane;
}

export type DeliverResult =
  | {
      readonly kind: 'attempted';
      readonly attempt: number;
      readonly state: 'succeeded' | 'exhausted' | 'aborted' | 'disabled' | 'waiting';
      readonly durationMs: number;
      readonly statusCode?: number;
      readonly errorKind?: string;
      /** False when the lease ran out meanwhile: another worker makes or made the same try. */
      readonly isKept: boolean;
    }
  /** Nothing is left to do for this task: made before, under way, ended, not due, webhook off, or somebody else's turn. */
  | { readonly kind: 'dropped'; readonly reason: 'stale' | 'busy' | 'ended' | 'webhook-off' | 'not-its-turn' }
  /** It comes again later; no try was made or counted. */
  | {
      readonly kind: 'deferred';
      readonly reason: 'breaker' | 'slots' | 'replay-rate' | 'slow-lane' | 'our-fault';
      readonly delaySeconds: number;
    };
