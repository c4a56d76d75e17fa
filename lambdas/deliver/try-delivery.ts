import type { Delivery, DeliveryTask } from '../../core/webhooks/delivery.ts';
import type { Lane } from '../../core/webhooks/delivery-queue.ts';
import type { Lease } from '../../core/webhooks/delivery-repository.ts';
import type { CallResult } from '../../core/webhooks/endpoints/index.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import { toAttempt } from './attempt-record.ts';
import type { DeliverPorts, DeliverResult } from './deliver-ports.ts';
import type { SendOutcome } from './destinations/index.ts';
import { judgeOutcome, type Verdict } from './judge-outcome.ts';
import { planWake } from './plan-wake.ts';

/** What one task came to. */
export interface Tried {
  readonly result: DeliverResult;
  /** The row as the try found it; absent when it was not ours to try. */
  readonly delivery?: Delivery;
  /** What the call says about the endpoint; absent when none was made, or when it says nothing. */
  readonly call?: CallResult;
  /** Failed tries that the schedule counts, when this one failed. */
  readonly failures?: number;
}

export interface TryContext {
  readonly webhook: Webhook;
  readonly lane: Lane;
  /** Number that the endpoint gave the call. */
  readonly callNumber: number;
  readonly ports: DeliverPorts;
}

/**
 * After so many faults of ours in a row, about an hour, a try is counted all the same: a receiver whose address swallows every packet must
 * not be free of charge for ever where even the well-known host cannot be reached.
 */
const ourFaultsMax = 12;

/**
 * Makes one try of a delivery: claim the row, sign, send, write the attempt, move the row, and for a short wait put the next task on the
 * queue. A crash after the send leaves the lease to run out, and the same try is made again, under the same `webhook-id`. A crash after
 * the move loses the message at most, and the due index on the row wakes it.
 *
 * Rejects for every fault of ours but a closed way out; the record then comes back by itself.
 */
export async function tryDelivery(task: DeliveryTask, context: TryContext): Promise<Tried> {
  const { ports, webhook } = context;
  const claim = await ports.deliveries.claim(task);
  if (claim.kind !== 'claimed') return { result: { kind: 'dropped', reason: claim.kind } };
  const { delivery, lease } = claim;
  const text = task.body ?? (await ports.readEventBody(task));
  const shipment = await ports.sign(delivery, webhook, text);
  const startedAtMs = ports.now();
  const outcome = await ports.send(webhook, shipment);
  const isOurs = await ports.egress.isOurFault(outcome, { host: hostOf(webhook), startedAtMs });
  const made: Made = { task, delivery, lease, outcome, startedAtMs };
  if (isOurs && (delivery.ourFaults ?? 0) < ourFaultsMax) return postpone(made, context);
  return settle(made, context);
}

interface Made {
  readonly task: DeliveryTask;
  readonly delivery: Delivery;
  readonly lease: Lease;
  readonly outcome: SendOutcome;
  readonly startedAtMs: number;
}

/** The try says nothing about the receiver: it was not made, as far as the schedule and the endpoint are concerned. */
async function postpone({ task, delivery, lease }: Made, { ports, lane }: TryContext): Promise<Tried> {
  const { pace, random, now } = ports;
  const ourFaults = (delivery.ourFaults ?? 0) + 1;
  const delaySeconds =
    Math.min(pace.ourFaultSecondsMax, pace.ourFaultSeconds * 2 ** (ourFaults - 1)) * (1 + random() / 5);
  const plan = planWake(task, { delaySeconds, lane, nowMs: now(), sweepGraceMs: pace.sweepGraceMs });
  const isKept = await ports.deliveries.finish(delivery, lease, { state: 'waiting', isCounted: false, ...plan.wake });
  if (isKept && plan.message !== undefined) await ports.sendTasks([plan.message]);
  return { result: { kind: 'deferred', reason: 'our-fault', delaySeconds }, delivery };
}

async function settle(made: Made, context: TryContext): Promise<Tried> {
  const { delivery, lease, outcome, startedAtMs } = made;
  const { ports, callNumber } = context;
  const { attempt } = lease;
  const counted = attempt - (delivery.manualAttempts ?? 0) - (delivery.isManual === true ? 1 : 0);
  const verdict = judgeOutcome({
    outcome,
    // A try by hand takes the place of the last counted one.
    attemptsMade: Math.max(1, counted),
    nowMs: ports.now(),
    random: ports.random(),
    schedule: ports.pace.schedule,
  });
  const [isKept] = await Promise.all([
    move(verdict, made, context),
    ports.writeAttempt(toAttempt({ delivery, attempt, startedAtMs, outcome })),
  ]);
  const isSuccess = verdict.state === 'succeeded';
  return {
    delivery,
    call: { call: callNumber, durationMs: outcome.durationMs, isSuccess },
    ...(!isSuccess && { failures: counted }),
    result: {
      kind: 'attempted',
      attempt,
      state: verdict.state,
      durationMs: outcome.durationMs,
      ...(outcome.kind === 'answer' ? { statusCode: outcome.statusCode } : { errorKind: outcome.errorKind }),
      isKept,
    },
  };
}

/** Moves the row, then sends the message that wakes it: the other order could let the message find the row as it was. */
async function move(verdict: Verdict, { task, delivery, lease }: Made, { ports, lane }: TryContext): Promise<boolean> {
  if (verdict.state !== 'waiting') {
    return ports.deliveries.finish(delivery, lease, { state: verdict.state, isCounted: true });
  }
  const { isReplay: _isReplay, replayAtMs: _replayAtMs, ...rest } = task;
  const plan = planWake(
    { ...rest, attempt: lease.attempt + 1 },
    { delaySeconds: verdict.delaySeconds, lane, nowMs: ports.now(), sweepGraceMs: ports.pace.sweepGraceMs },
  );
  const isMoved = await ports.deliveries.finish(delivery, lease, { state: 'waiting', isCounted: true, ...plan.wake });
  if (isMoved && plan.message !== undefined) await ports.sendTasks([plan.message]);
  return isMoved;
}

function hostOf({ url }: Webhook): string {
  return URL.parse(url)?.host ?? url;
}
