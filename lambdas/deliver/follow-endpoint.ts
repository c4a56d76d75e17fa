import {
  type Admission,
  type CallResult,
  type EndpointHealth,
  laneOf,
  mustOpen,
  openForMs,
} from '../../core/webhooks/endpoints/index.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import type { DeliverPorts } from './deliver-ports.ts';
import { followTrouble } from './follow-trouble.ts';
import { openBreaker } from './open-breaker.ts';
import type { Tried } from './try-delivery.ts';

/**
 * Gives the slots of a group of tries back and does what the calls ask for: opens or closes the breaker, changes the lane, warns the
 * tenant, switches the webhook off.
 *
 * @example await followEndpoint({ webhook, admission, tries }, ports);
 */
export async function followEndpoint(
  input: { readonly webhook: Webhook; readonly admission: Admission; readonly tries: readonly Tried[] },
  ports: DeliverPorts,
): Promise<void> {
  const { webhook, admission, tries } = input;
  const calls = tries.flatMap(({ call }) => call ?? []);
  const left = await ports.endpoints.leave(webhook, admission, calls);
  const health = admission.isProbe
    ? await endProbe(webhook, { admission, health: left, call: calls[0] }, ports)
    : await openIfDue(webhook, left, ports);
  if (calls.length === 0) return;
  const current = webhook.lane ?? 'fast';
  const lane = laneOf(health, current, ports.limits);
  if (lane !== current) await ports.webhooks.setLane(webhook, lane);
  await followTrouble({ webhook, health, tries }, ports);
}

async function openIfDue(webhook: Webhook, health: EndpointHealth, ports: DeliverPorts): Promise<EndpointHealth> {
  if (!mustOpen(health, ports.limits)) return health;
  await openBreaker(webhook, health, ports);
  return { ...health, breaker: 'open' };
}

/** One write gives the probe back and says what it showed, so that nobody can probe in between. */
async function endProbe(
  webhook: Webhook,
  {
    admission,
    health,
    call,
  }: { readonly admission: Admission; readonly health: EndpointHealth; readonly call: CallResult | undefined },
  { endpoints, limits, now }: DeliverPorts,
): Promise<EndpointHealth> {
  const mine = { condition: 'probe = :probe', values: { ':probe': admission.leases[0] } };
  if (call === undefined) {
    await endpoints.change(webhook, { ...mine, remove: ['probe', 'probeUntilMs'] });
    return health;
  }
  if (call.isSuccess) {
    const remove = ['breaker', 'openUntilMs', 'trips', 'probe', 'probeUntilMs'];
    // The calls before are forgotten too: a minute with half of them failed would open it again at once.
    await endpoints.change(webhook, { ...mine, remove, set: { streak: 0, windowFromMs: 0 } });
    const { breaker: _breaker, ...closed } = health;
    return closed;
  }
  const trips = (health.trips ?? 0) + 1;
  const set = { trips, openUntilMs: now() + openForMs(trips, limits) };
  await endpoints.change(webhook, { ...mine, set, remove: ['probe', 'probeUntilMs'] });
  return health;
}
