import { STSClient } from '@aws-sdk/client-sts';
import { createRoles } from './assume-role.ts';
import { awsClientOptions } from './aws-outcome.ts';
import type { SendToDestination } from './destination.ts';
import { createEventbridgeDestination } from './eventbridge.ts';
import { createSqsDestination } from './sqs.ts';

/**
 * Destinations in tenants' own AWS accounts. A file of its own in the bundle, loaded by the first webhook of that kind: its clients weigh
 * as much as half of the function.
 */
export function createAwsClients({ now }: { readonly now: () => number }): {
  readonly sqs: SendToDestination;
  readonly eventbridge: SendToDestination;
} {
  const sts = new STSClient(awsClientOptions);
  const parts = { assumeRole: createRoles({ sts, now }), now };
  return { sqs: createSqsDestination(parts), eventbridge: createEventbridgeDestination(parts) };
}
