import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { AssumeRole } from './assume-role.ts';
import { awsClientOptions, awsOutcome, EntryRefusedError } from './aws-outcome.ts';
import type { SendToDestination } from './destination.ts';

/**
 * Puts events on a bus in the tenant's own account: source `wharf`, detail type the event's, detail its body. A bus carries no headers,
 * so that nothing is verified there; the bus's own policy says who may put.
 *
 * @example const send = createEventbridgeDestination({ assumeRole, now: Date.now });
 */
export function createEventbridgeDestination(parts: {
  readonly assumeRole: AssumeRole;
  readonly now: () => number;
}): SendToDestination {
  return (webhook, { body }) =>
    awsOutcome(async (abortSignal) => {
      const { destination } = webhook;
      if (destination?.type !== 'eventbridge') throw new Error('The webhook leads to no bus.');
      const credentials = await parts.assumeRole(webhook, destination);
      const region = destination.busArn.split(':')[3] ?? '';
      const client = new EventBridgeClient({ ...awsClientOptions, region, credentials });
      try {
        const Detail = Buffer.from(body).toString();
        const { type, timestamp } = JSON.parse(Detail) as { readonly type: string; readonly timestamp: string };
        const entry = {
          EventBusName: destination.busArn,
          Source: 'wharf',
          DetailType: type,
          Detail,
          Time: new Date(timestamp),
        };
        const { Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }), { abortSignal });
        const [result] = Entries ?? [];
        if (result?.EventId !== undefined) return result.EventId;
        throw refusal(result?.ErrorCode ?? 'InternalFailure', result?.ErrorMessage ?? '');
      } finally {
        client.destroy();
      }
    }, parts.now);
}

/** The call may go through and its one entry may not; it is told like an error of the call. */
function refusal(code: string, message: string): Error {
  return Object.assign(new EntryRefusedError(message), { name: code });
}
