import type { Delivery } from '../../core/webhooks/delivery.ts';
import { type EndpointHealth, judgeTrouble } from '../../core/webhooks/endpoints/index.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import type { DeliverPorts } from './deliver-ports.ts';
import { describeTry, tellAgainMs, tellTenant } from './tell-tenant.ts';
import type { Tried } from './try-delivery.ts';

/** A delivery that failed so often is worth a word to the tenant. */
const failuresToTell = 4;

interface Trouble {
  readonly webhook: Webhook;
  readonly health: EndpointHealth;
  readonly tries: readonly Tried[];
}

/**
 * What a group of tries means for the webhook's standing: that it fails, has recovered, has lost a delivery, or is switched off because
 * it answered 410 or did nothing but fail for five days. Each is published first and marked on the endpoint's row then, so that a crash
 * in between repeats it, and the id of the event makes the repeat the same event.
 */
export async function followTrouble(trouble: Trouble, ports: DeliverPorts): Promise<void> {
  const { tries } = trouble;
  const gone = tries.find(({ result }) => result.kind === 'attempted' && result.state === 'disabled');
  if (gone !== undefined) return switchOff(trouble, gone, 'gone', ports);
  const success = tries.find(({ call }) => call?.isSuccess === true);
  if (success !== undefined) return recover(trouble, success, ports);
  const exhausted = tries.find(({ result }) => result.kind === 'attempted' && result.state === 'exhausted');
  if (exhausted !== undefined) await tellExhausted(trouble, exhausted, ports);
  const failed = tries.find(({ failures }) => failures === failuresToTell);
  if (failed !== undefined) await tellFailing(trouble, failed, ports);
  const last = tries.findLast(({ call }) => call !== undefined);
  if (last !== undefined) await followClock(trouble, last, ports);
}

async function switchOff(
  { webhook }: Trouble,
  shown: Tried,
  reason: 'gone' | 'failing',
  ports: DeliverPorts,
): Promise<void> {
  await ports.webhooks.disable(webhook, reason);
  await tell('webhook.disabled', { webhook, shown, details: { reason } }, ports);
  // Whoever switches it on again starts with a clean sheet.
  await ports.endpoints.change(webhook, {
    remove: ['failingSinceMs', 'warnings', 'isFailing', 'breaker', 'openUntilMs', 'trips'],
    set: { streak: 0, windowFromMs: 0 },
    condition: 'attribute_exists(pk)',
  });
}

async function recover({ webhook, health }: Trouble, shown: Tried, ports: DeliverPorts): Promise<void> {
  if (health.failingSinceMs === undefined && health.isFailing !== true) return;
  if (health.isFailing === true) {
    const since = health.toldFailingAtMs === undefined ? {} : { failingSince: iso(health.toldFailingAtMs) };
    await tell('webhook.recovered', { webhook, shown, details: since }, ports);
  }
  await ports.endpoints.change(webhook, {
    remove: ['failingSinceMs', 'warnings', 'isFailing'],
    condition: 'attribute_exists(pk)',
  });
}

async function tellExhausted({ webhook, health }: Trouble, shown: Tried, ports: DeliverPorts): Promise<void> {
  const nowMs = ports.now();
  const isTold = isRecent(health.toldExhaustedAtMs, nowMs);
  if (!isTold) await tell('webhook.exhausted', { webhook, shown, details: {} }, ports);
  await ports.endpoints.change(webhook, {
    set: { failingSinceMs: health.failingSinceMs ?? nowMs, ...(!isTold && { toldExhaustedAtMs: nowMs }) },
    condition: 'attribute_exists(pk)',
  });
}

async function tellFailing({ webhook, health }: Trouble, shown: Tried, ports: DeliverPorts): Promise<void> {
  const nowMs = ports.now();
  if (isRecent(health.toldFailingAtMs, nowMs)) return;
  await tell('webhook.failing', { webhook, shown, details: {} }, ports);
  await ports.endpoints.change(webhook, {
    set: { toldFailingAtMs: nowMs, isFailing: true },
    condition: 'attribute_exists(pk)',
  });
}

/** Nothing but failures since a delivery was exhausted: warnings, and after five days the end. */
async function followClock({ webhook, health, tries }: Trouble, shown: Tried, ports: DeliverPorts): Promise<void> {
  const nowMs = ports.now();
  const trouble = judgeTrouble(health, ports.limits, nowMs);
  if (trouble === undefined) return;
  if (trouble === 'forgotten') {
    const set = { failingSinceMs: nowMs };
    await ports.endpoints.change(webhook, { set, remove: ['warnings'], condition: 'attribute_exists(failingSinceMs)' });
    return;
  }
  if (trouble.isOver) return switchOff({ webhook, health, tries }, shown, 'failing', ports);
  if (trouble.warnings <= (health.warnings ?? 0)) return;
  const since = health.failingSinceMs ?? nowMs;
  const details = { failingSince: iso(since), disablesAt: iso(since + ports.limits.disableAfterMs) };
  await tell('webhook.failing', { webhook, shown, details }, ports);
  await ports.endpoints.change(webhook, {
    set: { warnings: trouble.warnings, toldFailingAtMs: nowMs, isFailing: true },
    condition: 'attribute_exists(pk)',
  });
}

function tell(
  type: Parameters<typeof tellTenant>[0],
  about: { readonly webhook: Webhook; readonly shown: Tried; readonly details: Readonly<Record<string, unknown>> },
  ports: DeliverPorts,
): Promise<void> {
  const { webhook, shown, details } = about;
  // Every try that is told of was of a delivery.
  const delivery = shown.delivery as Delivery;
  return tellTenant(type, { webhook, delivery, details: { ...describeTry(shown), ...details } }, ports);
}

function isRecent(atMs: number | undefined, nowMs: number): boolean {
  return atMs !== undefined && nowMs - atMs < tellAgainMs;
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
