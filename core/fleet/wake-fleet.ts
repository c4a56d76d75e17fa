import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Table } from '../storage/table.ts';
import { readScaler } from './read-fleet.ts';

/** Starts the scaler at once when no connector runs; whether that was so. */
export type WakeFleet = () => Promise<boolean>;

export interface WakeFleetOptions {
  readonly fleet: Table;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
}

/**
 * For whoever wrote a wish that a connector must see to. Losing the message costs a minute: the wish stands in the index that the scaler
 * looks at. Before the scaler's first run nobody knows, so it is woken too.
 *
 * @example const wasAsleep = await createWakeFleet({ fleet, sqs, queueUrl })();
 */
export function createWakeFleet({ fleet, sqs, queueUrl }: WakeFleetOptions): WakeFleet {
  return async () => {
    const row = await readScaler(fleet);
    const asleep = row !== undefined && (row.liveWorkers === 0 || row.desired === 0);
    if (row === undefined || asleep) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: '{"version":1}' }));
    }
    return asleep;
  };
}
