import jsqrModule from 'jsqr';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { type LocalStack, startStack } from './support/local-stack.ts';
import { Receiver } from './support/receiver.ts';
import { createSession, createTenant, showQr, type Tenant, waitForStatus } from './support/tenant.ts';

// jsqr is CommonJS with a default inside its default.
const jsqr =
  (jsqrModule as unknown as { default?: typeof jsqrModule.default }).default ??
  (jsqrModule as unknown as typeof jsqrModule.default);

const owner = '491510000001';
const friend = '491510000002';

describe('the main job, end to end', () => {
  let stack: LocalStack;
  let receiver: Receiver;
  let tenant: Tenant;
  let sessionId: string;

  beforeAll(async () => {
    stack = await startStack();
    receiver = await Receiver.start();
    tenant = await createTenant(stack);
    await stack.simulator.createPhone(owner, 'Olga Owner');
    await stack.simulator.createPhone(friend, 'Fred Friend');
  });

  afterAll(async () => {
    await receiver?.stop();
    await stack?.dispose();
  });

  it('creates a session and shows a QR whose picture decodes to its raw text', async () => {
    const created = await createSession(tenant, receiver);
    sessionId = created.sessionId;
    expect(created.apiKey).toMatch(/^wharf_sk_/);
    expect(created.webhook.secret).toMatch(/^whsec_/);

    const { status, qr, qrCode } = await showQr(tenant, sessionId);
    expect(status).toBe('scan_qr');
    expect(qrCode).toMatch(/^data:image\/png;base64,/);
    const png = PNG.sync.read(Buffer.from(qrCode.split(',')[1] ?? '', 'base64'));
    expect(jsqr(new Uint8ClampedArray(png.data), png.width, png.height)?.data).toBe(qr);

    await stack.simulator.scan(owner, qr);
    await waitForStatus(tenant, sessionId, 'connected');
  });

  it('tells the webhook that the session is connected', async () => {
    const { body } = await receiver.event('status.change', (event) => event.status === 'connected');
    expect(body).toMatchObject({
      event: 'status.change',
      sessionId,
      status: 'connected',
      metadata: { customer: 'abc' },
    });
  });

  it('brings a message from a phone to the webhook', async () => {
    const { id } = await stack.simulator.send(friend, owner, 'hello');
    const { body } = await receiver.event('message.received');
    expect(body).toMatchObject({
      type: 'message.received',
      event: 'message.received',
      sessionId,
      apiVersion: '2026-11-01',
    });
    expect(body.data).toMatchObject({
      messageId: id,
      text: 'hello',
      from: { phone: `+${friend}`, name: 'Fred Friend' },
    });
    expect(body.data.from.lid).toMatch(/@lid$/);
  });

  it('brings a message from the API to the phone once, and its whole life to the webhook', async () => {
    const sent = await tenant.client.post(`/sessions/${sessionId}/messages`, { to: `+${friend}`, text: 'hi Fred' });
    expect(sent.status, JSON.stringify(sent.body)).toBe(202);
    const { messageId } = sent.body.data;
    const inbox = await waitFor('the message on the phone', async () => {
      const messages = await stack.simulator.received(friend);
      return messages.some((message) => message.id === messageId) ? messages : undefined;
    });
    expect(inbox.filter((message) => message.id === messageId)).toMatchObject([
      { text: 'hi Fred', from: owner, copies: 1 },
    ]);

    const concerns = (body: { data: { messageId: string } }) => body.data.messageId === messageId;
    await receiver.event('message.sent', concerns);
    await receiver.event('message.status', (body) => concerns(body) && body.data.status === 'delivered');
    await stack.simulator.receipts(friend, [messageId], 'read');
    await receiver.event('message.status', (body) => concerns(body) && body.data.status === 'read');
    const stored = await tenant.client.get(`/sessions/${sessionId}/messages/${messageId}`);
    expect(stored.body.data).toMatchObject({ messageId, status: 'read' });
  });

  it('numbers the events of the session without a hole, and every signature verifies', async () => {
    // Deliveries run side by side, so an earlier event may still be on its way when a later one is here.
    const sequences = await waitFor('the events before the last one', () => {
      const arrived = receiver.events().map((webhook) => webhook.body.sequence as number);
      return Math.max(...arrived) <= arrived.length && arrived;
    });
    expect([...sequences].sort((left, right) => left - right)).toEqual(sequences.map((_, index) => index + 1));
    expect(receiver.unverified).toEqual([]);
    expect(new Set(receiver.all.map((webhook) => webhook.webhookId)).size).toBe(receiver.events().length);
  });
});
