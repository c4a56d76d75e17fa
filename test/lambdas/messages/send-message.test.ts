import { describe, expect, it, vi } from 'vitest';
import type { Message } from '../../../core/messages/message.ts';
import type { Plan } from '../../../core/plans/plan.ts';
import { shippedPlans } from '../../../core/plans/plans.ts';
import type { Session } from '../../../core/sessions/session.ts';
import { type SendMessageRequest, sendMessage } from '../../../lambdas/messages/send-message.ts';

const plan = shippedPlans.free as Plan;
const request: SendMessageRequest = {
  principal: { kind: 'account-key', tenantId: 'usr_1', keyId: 'key_1', scopes: '*', plan },
  sessionId: 'ses_1',
  messageId: '3EB0AA',
  passedBuckets: [],
  requestId: 'req_1',
  body: { to: '+491510000001', text: 'planted text' },
};

function setUp(connectorWasFaster: boolean, earlier?: Partial<Message>) {
  const session = { status: 'connected', desired: 'connected', statusSince: '', shard: 3 } as unknown as Session;
  const messages = {
    find: async () => undefined,
    listByChat: async () => ({ items: [] }),
    create: vi.fn(async (message: Message) => (earlier === undefined ? undefined : { ...message, ...earlier })),
    failQueued: vi.fn(async (_message: Message, _reason: string, _at: string) => !connectorWasFaster),
  };
  const logger = { error: vi.fn(), warn: vi.fn() };
  const state = { quota: 'messages', limit: 10, used: 1, resetsAt: null } as const;
  const quota = {
    count: vi.fn(async () => ({ kind: 'counted', tenantId: 'usr_1', count: 1, atMs: 0, before: 0, state }) as const),
    refund: vi.fn(async () => undefined),
  };
  const sendCommand = vi.fn(async () => {
    throw new Error('the queue does not answer');
  });
  const parts = {
    sessions: { find: async () => session },
    media: { find: async () => undefined },
    findAlternate: async () => undefined,
    optOuts: { has: async () => false },
    limits: { admitSend: async () => undefined },
    publish: async () => undefined,
    ...{ messages, sendCommand, logger, quota, now: () => 0 },
  };
  return { parts, messages, logger, quota, sendCommand };
}

describe('a message whose command cannot be queued', () => {
  it('ends as failed, and the caller is told that it will not be sent', async () => {
    const { parts, messages, logger, quota } = setUp(false);
    const message = () => messages.create.mock.calls[0]?.[0];
    await expect(sendMessage(request, parts)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', nothingDone: true });
    expect(quota.refund).toHaveBeenCalledOnce();
    expect(messages.failQueued).toHaveBeenCalledWith(message(), 'queue_unavailable', '1970-01-01T00:00:00.000Z');
    expect(JSON.stringify(logger.error.mock.calls)).not.toContain('planted');
  });

  it('is on its way all the same when a connector has taken it', async () => {
    const { parts, quota } = setUp(true);
    expect(await sendMessage(request, parts)).toMatchObject({ status: 'queued' });
    expect(quota.refund).not.toHaveBeenCalled();
  });
});

describe('a message that an attempt before this one wrote', () => {
  const createdAt = '2026-11-22T00:00:00.000Z';

  it('is not counted again, and not queued again once a connector has it', async () => {
    for (const status of ['sending', 'sent'] as const) {
      const { parts, quota, sendCommand } = setUp(false, { status, createdAt });
      expect(await sendMessage(request, parts)).toMatchObject({ messageId: '3EB0AA', status: 'queued', createdAt });
      expect(quota.refund).toHaveBeenCalledOnce();
      expect(sendCommand).not.toHaveBeenCalled();
    }
  });

  it('is given up when it was told to the caller that it would not be sent', async () => {
    const { parts, sendCommand } = setUp(false, { status: 'failed', failureReason: 'queue_unavailable' });
    await expect(sendMessage(request, parts)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', nothingDone: true });
    expect(sendCommand).not.toHaveBeenCalled();
  });
});
