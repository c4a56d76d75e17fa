import { describe, expect, it, vi } from 'vitest';
import type { Message } from '../../../core/messages/message.ts';
import type { Session } from '../../../core/sessions/session.ts';
import { sendMessage } from '../../../lambdas/messages/send-message.ts';

const request = {
  tenantId: 'usr_1',
  sessionId: 'ses_1',
  requestId: 'req_1',
  body: { to: '+491510000001', text: 'planted text' },
};

function setUp(connectorWasFaster: boolean) {
  const session = { status: 'connected', desired: 'connected', statusSince: '', shard: 3 } as unknown as Session;
  const messages = {
    create: vi.fn(async (_message: Message) => undefined),
    failQueued: vi.fn(async (_message: Message, _reason: string, _at: string) => !connectorWasFaster),
  };
  const logger = { error: vi.fn() };
  const sendCommand = vi.fn(async () => {
    throw new Error('the queue does not answer');
  });
  const parts = { sessions: { find: async () => session }, messages, sendCommand, logger, now: () => 0 };
  return { parts, messages, logger };
}

describe('a message whose command cannot be queued', () => {
  it('ends as failed, and the caller is told that it will not be sent', async () => {
    const { parts, messages, logger } = setUp(false);
    const message = () => messages.create.mock.calls[0]?.[0];
    await expect(sendMessage(request, parts)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(messages.failQueued).toHaveBeenCalledWith(message(), 'queue_unavailable', '1970-01-01T00:00:00.000Z');
    expect(JSON.stringify(logger.error.mock.calls)).not.toContain('planted');
  });

  it('is on its way all the same when a connector has taken it', async () => {
    const { parts } = setUp(true);
    expect(await sendMessage(request, parts)).toMatchObject({ status: 'queued' });
  });
});
