import { apiVersion, type EventEnvelope, type WebhookBody } from '../../core/events/event.ts';

/** Hard cap of a body, so that it fits a DynamoDB item and any receiver's default limit comes close to it but is not burst. */
export const bodyBytesMax = 200_000;

/**
 * The webhook body of an event as text. It is made once and stored; every try signs and sends these bytes. Data that would make it
 * larger than the cap is replaced by a note that says where the whole is to be read: an event is never held back for its size.
 *
 * @example serialiseBody(envelope, 41) // '{"id":"evt_…","type":"message.received",…}'
 */
export function serialiseBody(envelope: EventEnvelope, sequence: number): string {
  const whole = JSON.stringify(toBody(envelope, sequence, envelope.data));
  const wholeBytes = Buffer.byteLength(whole);
  if (wholeBytes <= bodyBytesMax) return whole;
  const cut = JSON.stringify(toBody(envelope, sequence, truncatedData(envelope, wholeBytes)));
  if (Buffer.byteLength(cut) <= bodyBytesMax) return cut;
  return JSON.stringify(toBody({ ...envelope, metadata: {} }, sequence, truncatedData(envelope, wholeBytes)));
}

function toBody(envelope: EventEnvelope, sequence: number, data: WebhookBody['data']): WebhookBody {
  return {
    id: envelope.id,
    type: envelope.type,
    event: envelope.type,
    apiVersion,
    timestamp: envelope.timestamp,
    sessionId: envelope.sessionId,
    sequence,
    metadata: envelope.metadata,
    data,
    ...(envelope.status !== undefined && { status: envelope.status }),
  };
}

function truncatedData({ data, sessionId }: EventEnvelope, wholeBytes: number): WebhookBody['data'] {
  const messageId = typeof data.messageId === 'string' && data.messageId.length <= 200 ? data.messageId : undefined;
  const place = messageId === undefined ? '' : ` Read it from /api/v1/sessions/${sessionId}/messages/${messageId}.`;
  return {
    ...(messageId !== undefined && { messageId }),
    truncated: true,
    bytes: wholeBytes,
    note: `The data of this event is larger than ${bodyBytesMax} bytes and was left out.${place}`,
  };
}
