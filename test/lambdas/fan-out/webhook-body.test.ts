import { describe, expect, it } from 'vitest';
import type { EventEnvelope } from '../../../core/events/event.ts';
import { bodyBytesMax, serialiseBody } from '../../../lambdas/fan-out/webhook-body.ts';

function envelope(more: Partial<EventEnvelope>): EventEnvelope {
  return {
    version: 1,
    id: 'evt_1',
    type: 'message.received',
    tenantId: 'usr_1',
    sessionId: 'ses_1',
    timestamp: '2026-11-22T00:00:00.000Z',
    metadata: {},
    data: {},
    ...more,
  };
}

describe('serialiseBody', () => {
  it('never shows the tenant or the request', () => {
    expect(JSON.parse(serialiseBody(envelope({ requestId: 'req_1' }), 1))).not.toHaveProperty('requestId');
    expect(serialiseBody(envelope({}), 1)).not.toContain('usr_1');
  });

  it('repeats the status at the top level when there is one', () => {
    expect(JSON.parse(serialiseBody(envelope({ type: 'status.change', status: 'connected' }), 1)).status).toBe(
      'connected',
    );
    expect(JSON.parse(serialiseBody(envelope({}), 1))).not.toHaveProperty('status');
  });

  it('keeps a body at the cap and replaces the data of one above it, measured in bytes', () => {
    const room = bodyBytesMax - Buffer.byteLength(serialiseBody(envelope({ data: { text: '' } }), 7));
    const full = serialiseBody(envelope({ data: { text: 'é'.repeat(room / 2) } }), 7);
    expect(Buffer.byteLength(full)).toBeGreaterThan(bodyBytesMax - 2);
    expect(JSON.parse(full).data.text).toHaveLength(Math.floor(room / 2));

    const over = serialiseBody(envelope({ data: { messageId: '3EB0AA', text: 'é'.repeat(room / 2 + 1) } }), 7);
    expect(JSON.parse(over)).toMatchObject({
      sequence: 7,
      data: { messageId: '3EB0AA', truncated: true, note: expect.stringContaining('/sessions/ses_1/messages/3EB0AA') },
    });
    expect(Buffer.byteLength(over)).toBeLessThan(1_000);
  });

  it('stays below the cap whatever is large', () => {
    const metadata = { note: 'x'.repeat(bodyBytesMax) };
    const body = serialiseBody(envelope({ metadata, data: { messageId: 'y'.repeat(bodyBytesMax) } }), 1);
    expect(Buffer.byteLength(body)).toBeLessThan(1_000);
    expect(JSON.parse(body)).toMatchObject({ metadata: {}, data: { truncated: true } });
  });
});
