import { describe, expect, it } from 'vitest';
import type { IncomingMessage } from '../../../connector/engine/port.ts';
import { createTakeIncoming, type IncomingSession } from '../../../connector/inbox/take-incoming.ts';
import type { EventEnvelope } from '../../../core/events/event.ts';
import type { Message } from '../../../core/messages/message.ts';

const friend = { id: '81@lid', lid: '81@lid', phone: null, name: null };
const message: IncomingMessage = {
  messageId: '3EB01',
  fromMe: false,
  chat: friend,
  from: friend,
  content: { type: 'location', location: { latitude: 6.95e-310, longitude: 1 } },
  protocol: new Uint8Array([1]),
  sentAt: '2026-11-22T10:00:00.000Z',
  delayed: false,
  rawChatId: '81@lid',
  rawSenderId: '81@lid',
};
const session = { tenantId: 'usr_a', sessionId: 'ses_a', metadata: {}, settings: {} } as unknown as IncomingSession;

/** Stores of which one refuses some content, with the error given. */
function world(refuse: (content: Message['content']) => Error | undefined) {
  const rows: Message[] = [];
  const events: EventEnvelope[] = [];
  const reasons: unknown[] = [];
  const note = ({ reason }: Record<string, unknown>) => void reasons.push(reason);
  let puts = 0;
  let nowMs = 0;
  const take = createTakeIncoming({
    publish: async (event) => void events.push(event),
    messages: {
      putOnce: async (row: Message) => {
        puts += 1;
        const error = refuse(row.content);
        if (error !== undefined) throw error;
        rows.push(row);
      },
    } as never,
    changes: {} as never,
    media: { note: async () => undefined, start: () => undefined } as never,
    directory: { noteMessage: () => undefined, isAdmin: async () => false },
    reply: async () => undefined,
    logger: { debug: note, info: note, warn: note, error: note },
    retentionDays: async () => 30,
    now: () => 0,
    monotonicNow: () => (nowMs += 3_000),
    random: () => 0,
  });
  return { take, rows, events, reasons, puts: () => puts };
}

const named = (name: string) => Object.assign(new Error('refused'), { name });

describe('a message that no table takes', () => {
  it('is kept without its content, once, and its session goes on', async () => {
    const { take, rows, events, reasons, puts } = world(({ type }) =>
      type === 'location' ? named('ValidationException') : undefined,
    );
    await take(message, session);
    expect(rows.map(({ messageId, content }) => ({ messageId, content }))).toEqual([
      { messageId: '3EB01', content: { type: 'unsupported', kind: 'unstorable' } },
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
    expect(reasons).toEqual(['unstorable']);
    expect(puts()).toBe(2);
  });

  it('is not mistaken for a service in trouble, which is tried again and then given back', async () => {
    const { take, rows, puts } = world(() => named('ProvisionedThroughputExceededException'));
    await expect(take(message, session)).rejects.toThrow('refused');
    expect(rows).toEqual([]);
    expect(puts()).toBeGreaterThan(1);
  });
});
