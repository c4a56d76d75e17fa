import { type GuardedAgent, guardedRequest } from '../../../core/webhooks/guard/index.ts';
import type { SendToDestination } from './destination.ts';

/**
 * Posts to the webhook's URL through the connection guard.
 *
 * @example const send = createHttpsDestination(createGuardedAgent({ allowedCidrs: [] }));
 */
export function createHttpsDestination(agent: GuardedAgent): SendToDestination {
  return ({ url }, { body, headers }) => guardedRequest(agent, { url, method: 'POST', headers, body });
}
