import {
  type Admission,
  type EndpointHealth,
  type EndpointPlace,
  type EnterResult,
  mustOpen,
  slotsAt,
  voidLeases,
} from '../../core/webhooks/endpoints/index.ts';
import type { DeliverPorts } from './deliver-ports.ts';
import { openBreaker } from './open-breaker.ts';

export type Admitted =
  | { readonly kind: 'admitted'; readonly admission: Admission }
  /** The breaker is open, or somebody probes; come again after that moment. */
  | { readonly kind: 'open'; readonly untilMs: number }
  | { readonly kind: 'full' };

type AdmitPorts = Pick<DeliverPorts, 'endpoints' | 'limits' | 'now'>;

/**
 * Asks an endpoint for leave to make calls, and takes what it gives: all that were asked for, fewer, one as a probe, or none.
 *
 * @example const admitted = await admit(place, { wanted: 3, inFlightMax: 5 }, ports);
 */
export async function admit(
  place: EndpointPlace,
  request: { readonly wanted: number; readonly inFlightMax: number },
  ports: AdmitPorts,
): Promise<Admitted> {
  const { inFlightMax } = request;
  const first = await ports.endpoints.enter(place, { slots: Math.min(request.wanted, inFlightMax), inFlightMax });
  if (first.kind === 'admitted') return first;
  const { health } = first;
  if (health.breaker === 'open') return tryProbe(place, health, ports);
  if (mustOpen(health, ports.limits)) {
    // The worker that saw the last failure did not live to open it.
    return { kind: 'open', untilMs: await openBreaker(place, health, ports) };
  }
  const dead = voidLeases(health, ports.now());
  if (dead.length > 0) await ports.endpoints.clearLeases(place, dead);
  const taken = (health.leases?.size ?? 0) - dead.length;
  const free = slotsAt(health.streak ?? 0, { inFlightMax, streakMax: ports.limits.streakMax }) - taken;
  if (free <= 0) return { kind: 'full' };
  return orFull(await ports.endpoints.enter(place, { slots: Math.min(free, request.wanted), inFlightMax }));
}

async function tryProbe(place: EndpointPlace, health: EndpointHealth, ports: AdmitPorts): Promise<Admitted> {
  const { openUntilMs = 0 } = health;
  if (openUntilMs > ports.now()) return { kind: 'open', untilMs: openUntilMs };
  const probe = await ports.endpoints.probe(place);
  if (probe.kind === 'admitted') return probe;
  const { openUntilMs: laterMs = 0, probeUntilMs = 0 } = probe.health;
  return probe.health.breaker === 'open'
    ? { kind: 'open', untilMs: Math.max(laterMs, Math.min(probeUntilMs, ports.now() + ports.limits.openMs)) }
    : { kind: 'full' };
}

function orFull(result: EnterResult): Admitted {
  return result.kind === 'admitted' ? result : { kind: 'full' };
}
