import { BoundedCache } from '../../core/cache/bounded-cache.ts';
import type { DeliveryTask } from '../../core/webhooks/delivery.ts';
import type { Lane } from '../../core/webhooks/delivery-queue.ts';
import type { Admission } from '../../core/webhooks/endpoints/index.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import { type Admitted, admit } from './admit.ts';
import { deferTasks, slotDelaySeconds } from './defer-tasks.ts';
import type { DeliverPorts, DeliverResult } from './deliver-ports.ts';
import { followEndpoint } from './follow-endpoint.ts';
import { passTurn } from './pass-turn.ts';
import { hopsMax } from './plan-wake.ts';
import { type Tried, tryDelivery } from './try-delivery.ts';

/** Tasks of one webhook that came together, all live or all replays. */
export interface TaskGroup {
  readonly tasks: readonly DeliveryTask[];
  readonly lane: Lane;
  /** The caller serves the line of an ordered webhook itself. */
  readonly isInTurn?: boolean;
}

export type GroupOutcome = ReadonlyMap<DeliveryTask, PromiseSettledResult<DeliverResult>>;

/**
 * Takes a group through the gates (webhook on, right lane, rate of replays, breaker, slots) and tries those that may pass; the rest is
 * sent away with nothing counted. Endpoints are asked once for the whole group.
 *
 * @example const outcome = await deliverGroup({ webhook, group, known }, ports);
 */
export async function deliverGroup(
  { webhook, group, known }: { readonly webhook: Webhook; readonly group: TaskGroup; readonly known: KnownBreakers },
  ports: DeliverPorts,
): Promise<GroupOutcome> {
  const { tasks } = group;
  const isReplay = tasks[0]?.isReplay === true;
  if (belongsElsewhere(webhook, group)) {
    return all(tasks, await deferTasks(tasks, { reason: 'slow-lane', lane: 'slow', delaySeconds: () => 0 }, ports));
  }
  const untilMs = known.get(webhook.webhookId) ?? 0;
  if (untilMs > ports.now()) return sendAway({ kind: 'open', untilMs }, tasks, { ports });
  const most = await ports.inFlightMax(webhook.tenantId);
  if (!isReplay) return passGates({ webhook, group, known, inFlightMax: most }, ports);
  const { due, sentAway } = await keepRate(webhook, tasks, ports);
  if (due.length === 0) return sentAway;
  const inFlightMax = Math.min(most, ports.limits.replaysInFlightMax);
  return new Map([
    ...sentAway,
    ...(await passGates({ webhook, group: { ...group, tasks: due }, known, inFlightMax }, ports)),
  ]);
}

/** Replays that are booked for later go there by a message with a delay, and are not booked again when they come back. */
async function keepRate(
  webhook: Webhook,
  tasks: readonly DeliveryTask[],
  ports: DeliverPorts,
): Promise<{ readonly due: readonly DeliveryTask[]; readonly sentAway: GroupOutcome }> {
  const unbooked = tasks.filter(({ replayAtMs }) => replayAtMs === undefined);
  const fromMs = unbooked.length === 0 ? 0 : await ports.endpoints.bookReplays(webhook, unbooked.length);
  const stepMs = 1_000 / ports.limits.replaysPerSecond;
  const atMs = new Map(unbooked.map((task, index) => [task, fromMs + index * stepMs]));
  const nowMs = ports.now();
  const isLater = (task: DeliveryTask) => (atMs.get(task) ?? task.replayAtMs ?? 0) > nowMs + replayBurstMs;
  const later = tasks.filter(isLater);
  const booked = later.map((task) => ({ ...task, replayAtMs: atMs.get(task) ?? task.replayAtMs ?? nowMs }));
  const how = {
    reason: 'replay-rate',
    lane: 'slow',
    delaySeconds: ({ replayAtMs = nowMs }: DeliveryTask) => (replayAtMs - nowMs) / 1_000,
  } as const;
  const sentAway = later.length === 0 ? new Map() : all(later, await deferTasks(booked, how, ports));
  return { due: tasks.filter((task) => !isLater(task)), sentAway };
}

/** A second's worth may go at once: no queue delays a message by less. */
const replayBurstMs = 1_000;

interface Passage {
  readonly webhook: Webhook;
  readonly group: TaskGroup;
  readonly known: KnownBreakers;
  readonly inFlightMax: number;
}

async function passGates(passage: Passage, ports: DeliverPorts): Promise<GroupOutcome> {
  const { webhook, group, known } = passage;
  const { tasks, lane } = group;
  const admitted = await admitPatiently(passage, ports);
  if (admitted.kind !== 'admitted') {
    if (admitted.kind === 'open') known.set(webhook.webhookId, admitted.untilMs);
    return sendAway(admitted, tasks, { ports, lane });
  }
  const passing = tasks.slice(0, admitted.admission.leases.length);
  const behind = tasks.slice(passing.length);
  const [tried, rest] = await Promise.all([
    tryAll(passing, { webhook, group, admission: admitted.admission, ports }),
    behind.length === 0 ? [] : passGates({ ...passage, group: { ...group, tasks: behind } }, ports),
  ]);
  return new Map([...tried, ...rest]);
}

/**
 * An endpoint that answers well has a slot again in a moment, which is sooner than any message comes again. One that goes the slow way
 * is not waited for.
 */
async function admitPatiently({ webhook, group, inFlightMax }: Passage, ports: DeliverPorts): Promise<Admitted> {
  for (let waits = 0; ; waits++) {
    const admitted = await admit(webhook, { wanted: group.tasks.length, inFlightMax }, ports);
    if (admitted.kind !== 'full' || group.lane === 'slow' || waits === slotWaitsMax) return admitted;
    await ports.sleep(firstSlotWaitMs * 2 ** waits * (0.5 + ports.random()));
  }
}

/** About 0.8 s in all. */
const slotWaitsMax = 5;
const firstSlotWaitMs = 25;

/** What this process knows of open breakers, so that a thousand waiting tasks ask once. Holds the moment until which one is open. */
export type KnownBreakers = BoundedCache<string, number>;

export function createKnownBreakers(now: () => number): KnownBreakers {
  return new BoundedCache({ entriesMax: 5_000, maxAgeMs: 30_000, now });
}

function belongsElsewhere(webhook: Webhook, { tasks, lane }: TaskGroup): boolean {
  return lane === 'fast' && webhook.lane === 'slow' && tasks.every(({ hops = 0 }) => hops < hopsMax);
}

async function tryAll(
  tasks: readonly DeliveryTask[],
  {
    webhook,
    group,
    admission,
    ports,
  }: {
    readonly webhook: Webhook;
    readonly group: TaskGroup;
    readonly admission: Admission;
    readonly ports: DeliverPorts;
  },
): Promise<GroupOutcome> {
  const settled = await Promise.allSettled(
    tasks.map((task, index) => {
      const callNumber = admission.calls[index] ?? 0;
      return tryDelivery(task, { webhook, lane: group.lane, callNumber, ports });
    }),
  );
  const tries = settled.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  await afterwards({ webhook, admission, tries }, ports);
  if (group.isInTurn !== true) await passTurns(tries, ports);
  return new Map(tasks.map((task, index) => [task, resultOf(settled[index])]));
}

/** The tries are made and written down; what follows from them must not make their messages come again. */
async function afterwards(
  done: { readonly webhook: Webhook; readonly admission: Admission; readonly tries: readonly Tried[] },
  ports: DeliverPorts,
): Promise<void> {
  try {
    await followEndpoint(done, ports);
  } catch (error) {
    // The slots end by themselves, and the next call of the endpoint shows the same again.
    ports.onTrouble('The state of an endpoint was not written.', error);
  }
}

async function passTurns(tries: readonly Tried[], ports: DeliverPorts): Promise<void> {
  for (const { delivery, result } of tries) {
    const isOver = result.kind === 'attempted' && result.state !== 'waiting';
    if (delivery?.isOrdered === true && isOver) await passTurn(delivery, ports);
  }
}

function resultOf(settled: PromiseSettledResult<Tried> | undefined): PromiseSettledResult<DeliverResult> {
  if (settled === undefined) throw new Error('A task has no outcome.');
  return settled.status === 'fulfilled' ? { status: 'fulfilled', value: settled.value.result } : settled;
}

type Refusal = Exclude<Admitted, { kind: 'admitted' }>;

/** The most that waiting tasks are spread over once a breaker's time is over: all at once would only wait again. */
const spreadSecondsMax = 60;

async function sendAway(
  refusal: Refusal,
  tasks: readonly DeliveryTask[],
  { ports, lane = 'slow' }: { readonly ports: DeliverPorts; readonly lane?: Lane },
): Promise<GroupOutcome> {
  if (tasks.length === 0) return new Map();
  const { now, random } = ports;
  if (refusal.kind === 'full') {
    const delaySeconds = (task: DeliveryTask) => slotDelaySeconds(task, ports);
    return all(tasks, await deferTasks(tasks, { reason: 'slots', lane, delaySeconds }, ports));
  }
  const openSeconds = Math.max(0, refusal.untilMs - now()) / 1_000;
  const spread = Math.min(spreadSecondsMax, ports.limits.openMs / 1_000);
  const delaySeconds = () => openSeconds + random() * spread;
  return all(tasks, await deferTasks(tasks, { reason: 'breaker', lane: 'slow', delaySeconds }, ports));
}

function all(tasks: readonly DeliveryTask[], results: readonly DeliverResult[]): GroupOutcome {
  return new Map(
    tasks.map((task, index) => [task, { status: 'fulfilled', value: results[index] as DeliverResult } as const]),
  );
}
