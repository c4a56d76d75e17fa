import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { apiVersion } from '../../../core/events/event.ts';
import type { StoredEvent } from '../../../core/events/stored-event.ts';
import { derivedId, newId } from '../../../core/ids.ts';
import type { Table } from '../../../core/storage/table.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { createDeliveryRepository } from '../../../core/webhooks/delivery-repository.ts';
import type { Recovery } from '../../../core/webhooks/recovery/recovery.ts';

/** A delivery that is exhausted and a recovery that has ended, as deliver and the `recover` function leave them. */
export async function addDelivery(
  deliveries: Table,
  place: { readonly tenantId: string; readonly sessionId: string; readonly webhookId: string },
): Promise<{ readonly deliveryId: string; readonly recoveryId: string }> {
  const nowMs = Date.now();
  const at = new Date(nowMs).toISOString();
  const eventId = derivedId('evt', [place.sessionId, at]);
  const deliveryId = derivedId('dlv', [place.tenantId, eventId, place.webhookId]);
  const times = { createdAt: at, updatedAt: at, expiresAtSeconds: Math.floor(nowMs / 1_000) + 86_400 };
  await createDeliveryRepository(deliveries).insertAll([
    {
      ...place,
      ...times,
      deliveryId,
      eventId,
      eventType: 'message.received',
      sequence: 1,
      state: 'exhausted',
      attempts: 10,
      scope: place.sessionId,
    },
  ]);
  const job: Recovery = {
    ...place,
    ...times,
    scope: place.sessionId,
    recoveryId: newId('rec'),
    state: 'done',
    since: at,
    until: at,
    states: ['exhausted'],
    scanned: 1,
    recovered: 0,
    nextDueMs: nowMs,
    steps: 1,
    leaseUntilMs: 0,
  };
  const Item = { ...tableKeys.recovery(place.tenantId, place.webhookId, job.recoveryId), ...job };
  await deliveries.dynamodb.send(new PutCommand({ TableName: deliveries.tableName, Item }));
  await addEvent(deliveries, { ...place, ...times, eventId });
  return { deliveryId, recoveryId: job.recoveryId };
}

/** The last event that a session can have, so that who waits for the next never waits. */
async function addEvent(
  { dynamodb, tableName }: Table,
  event: Pick<StoredEvent, 'tenantId' | 'sessionId' | 'eventId' | 'createdAt' | 'expiresAtSeconds'>,
): Promise<void> {
  const { tenantId, sessionId, eventId, createdAt } = event;
  const eventType = 'message.received';
  const sequence = 999_999_999_999;
  const names = { id: eventId, type: eventType, event: eventType, apiVersion, timestamp: createdAt };
  const body = JSON.stringify({ ...names, sessionId, sequence, metadata: {}, data: { text: 'Hello' } });
  const Item = { ...tableKeys.event(tenantId, sessionId, sequence), ...event, eventType, sequence, body };
  await dynamodb.send(new PutCommand({ TableName: tableName, Item }));
}
