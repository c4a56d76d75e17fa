import { randomUUID } from 'node:crypto';
import type { Delivery } from '../../../core/webhooks/delivery.ts';
import { isEnded } from '../../../core/webhooks/delivery-state.ts';
import { type CallResult, type EndpointHealth, ringEntry } from '../../../core/webhooks/endpoints/endpoint-health.ts';
import { type EndpointLimits, type EndpointRepository, slotsAt } from '../../../core/webhooks/endpoints/index.ts';
import type { DeliverPorts } from '../../../lambdas/deliver/deliver-ports.ts';

type Row = { -readonly [Key in keyof Delivery]: Delivery[Key] };
type Health = { -readonly [Key in keyof EndpointHealth]: EndpointHealth[Key] } & Record<string, unknown>;

/** Delivery rows in memory, with the conditions of the real ones: what a run measures is then the work of deliver and not the database's. */
export class MemoryDeliveries {
  readonly rows = new Map<string, Row>();
  succeeded = 0;

  insert(delivery: Delivery): void {
    this.rows.set(delivery.deliveryId, { ...delivery });
  }

  port(): DeliverPorts['deliveries'] {
    return {
      claim: async (task) => {
        const row = this.rows.get(task.deliveryId);
        if (row === undefined || isEnded(row.state)) return { kind: 'ended' };
        const isDue = row.dueAt === undefined || Date.parse(row.dueAt) <= Date.now() + 2_000;
        if (row.state === 'sending' && (row.leaseUntilMs ?? 0) > Date.now()) return { kind: 'busy' };
        if (!isDue || (task.attempt !== undefined && row.attempts !== task.attempt - 1)) return { kind: 'stale' };
        const lease = { leaseId: randomUUID(), attempt: row.attempts + 1 };
        Object.assign(row, { state: 'sending', leaseId: lease.leaseId, leaseUntilMs: Date.now() + 60_000 });
        return { kind: 'claimed', delivery: { ...row }, lease };
      },
      finish: async ({ deliveryId }, lease, end) => {
        const row = this.rows.get(deliveryId);
        if (row === undefined || row.leaseId !== lease.leaseId) return false;
        row.state = end.state;
        if (end.state === 'succeeded') this.succeeded += 1;
        if (end.isCounted) row.attempts = lease.attempt;
        if (end.state === 'waiting') row.dueAt = new Date(end.dueAtMs).toISOString();
        delete row.leaseId;
        return true;
      },
      defer: async ({ deliveryId }, wake) => {
        const row = this.rows.get(deliveryId);
        if (row === undefined || (row.state !== 'pending' && row.state !== 'waiting')) return false;
        row.state = 'waiting';
        row.dueAt = new Date(wake.dueAtMs).toISOString();
        return true;
      },
      disable: async ({ deliveryId }) => {
        const row = this.rows.get(deliveryId);
        if (row !== undefined) row.state = 'disabled';
        return row !== undefined;
      },
    };
  }
}

/** Endpoint rows in memory. Nothing is awaited inside, so every change is atomic. */
export function createMemoryEndpoints(limits: EndpointLimits): EndpointRepository {
  const rows = new Map<string, Health>();
  const rowOf = (webhookId: string): Health => {
    const row = rows.get(webhookId) ?? {};
    rows.set(webhookId, row);
    return row;
  };
  return {
    enter: async ({ webhookId }, { slots, inFlightMax }) => {
      const row = rowOf(webhookId);
      const room = slotsAt(row.streak ?? 0, { inFlightMax, streakMax: limits.streakMax }) - slots;
      if (row.breaker === 'open' || room < 0 || (row.leases?.size ?? 0) > room) {
        return { kind: 'refused', health: { ...row } };
      }
      const leases = Array.from({ length: slots }, () => `${Date.now() + limits.slotMs}/${randomUUID()}`);
      row.leases = new Set([...(row.leases ?? []), ...leases]);
      row.calls = (row.calls ?? 0) + slots;
      const last = row.calls;
      const calls = leases.map((_, index) => last - slots + 1 + index);
      return { kind: 'admitted', admission: { leases, calls, isProbe: false, health: { ...row } } };
    },
    probe: async ({ webhookId }) => {
      const row = rowOf(webhookId);
      const isFree = (row.probeUntilMs ?? 0) <= Date.now() && (row.openUntilMs ?? 0) <= Date.now();
      if (row.breaker !== 'open' || !isFree) return { kind: 'refused', health: { ...row } };
      row.probe = randomUUID();
      row.probeUntilMs = Date.now() + limits.slotMs;
      row.calls = (row.calls ?? 0) + 1;
      const admission = { leases: [row.probe], calls: [row.calls], isProbe: true, health: { ...row } };
      return { kind: 'admitted', admission };
    },
    bookReplays: async () => Date.now(),
    clearLeases: async ({ webhookId }, leases) => {
      const row = rowOf(webhookId);
      row.leases = new Set([...(row.leases ?? [])].filter((lease) => !leases.includes(lease)));
    },
    leave: async ({ webhookId }, admission, results) => {
      const row = rowOf(webhookId);
      row.leases = new Set([...(row.leases ?? [])].filter((lease) => !admission.leases.includes(lease)));
      for (const result of results) count(row, result, limits);
      return { ...row };
    },
    change: async ({ webhookId }, { set = {}, remove = [] }) => {
      const row = rowOf(webhookId);
      Object.assign(row, set);
      for (const name of remove) delete row[name];
      return true;
    },
  };
}

function count(row: Health, result: CallResult, limits: EndpointLimits): void {
  const { name, value } = ringEntry(result);
  row[name] = value;
  row.streak = result.isSuccess ? 0 : (row.streak ?? 0) + 1;
  if (Date.now() - (row.windowFromMs ?? 0) >= limits.windowMs) {
    Object.assign(row, { windowFromMs: Date.now(), windowCalls: 0, windowFailures: 0 });
  }
  row.windowCalls = (row.windowCalls ?? 0) + 1;
  row.windowFailures = (row.windowFailures ?? 0) + (result.isSuccess ? 0 : 1);
}
