import type { SendToDestination } from './destination.ts';

/**
 * Queues and buses in tenants' own AWS accounts; what reaches them is loaded with the first event for one.
 *
 * @example const send = createDestinations({ https, ...createAwsDestinations({ now: Date.now }) });
 */
export function createAwsDestinations(options: { readonly now: () => number }): {
  readonly sqs: SendToDestination;
  readonly eventbridge: SendToDestination;
} {
  let loading: ReturnType<typeof load> | undefined;
  const load = async () => (await import('./aws.lazy.ts')).createAwsClients(options);
  const clients = () => {
    loading ??= load();
    return loading;
  };
  return {
    sqs: async (webhook, shipment) => (await clients()).sqs(webhook, shipment),
    eventbridge: async (webhook, shipment) => (await clients()).eventbridge(webhook, shipment),
  };
}
