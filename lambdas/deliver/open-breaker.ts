import { type EndpointHealth, type EndpointPlace, openForMs } from '../../core/webhooks/endpoints/index.ts';
import type { DeliverPorts } from './deliver-ports.ts';

/**
 * Opens a closed breaker. Gives the moment until which it is open, also when another worker opened it first.
 *
 * @example const untilMs = await openBreaker(place, health, ports);
 */
export async function openBreaker(
  place: EndpointPlace,
  health: EndpointHealth,
  { endpoints, limits, now }: Pick<DeliverPorts, 'endpoints' | 'limits' | 'now'>,
): Promise<number> {
  const trips = (health.trips ?? 0) + 1;
  const openUntilMs = now() + openForMs(trips, limits);
  await endpoints.change(place, {
    set: { breaker: 'open', openUntilMs, trips },
    condition: 'attribute_not_exists(breaker)',
  });
  return openUntilMs;
}
