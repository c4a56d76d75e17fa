import type { Webhook } from '../../../core/webhooks/webhook.ts';
import type { SendToDestination } from './destination.ts';

export { createAwsDestinations } from './aws.ts';
export type { SendOutcome, SendToDestination, Shipment } from './destination.ts';
export { createHttpsDestination } from './https.ts';

export type DestinationKind = 'https' | NonNullable<Webhook['destination']>['type'];

/**
 * One way out for all kinds of receivers, chosen by the webhook.
 *
 * @example const send = createDestinations({ https: createHttpsDestination(agent), sqs, eventbridge });
 */
export function createDestinations(
  kinds: Readonly<Partial<Record<DestinationKind, SendToDestination>>>,
): SendToDestination {
  return (webhook, shipment) => {
    const kind = webhook.destination?.type ?? 'https';
    const send = kinds[kind];
    if (send === undefined) throw new Error(`There is no way to destinations of the kind ${kind}.`);
    return send(webhook, shipment);
  };
}
