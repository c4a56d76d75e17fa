import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncomingMessage } from '../../../connector/engine/port.ts';
import { incomingEvent, incomingRow } from '../../../connector/inbox/incoming-event.ts';

const session = { tenantId: 'usr_1', sessionId: 'ses_1', metadata: { a: 'b' } };
const person = { id: '9@lid', phone: '+49151', lid: '9@lid', name: 'Ann' };
const message: IncomingMessage = {
  messageId: 'ABC',
  fromMe: false,
  chat: person,
  from: person,
  content: { type: 'text', text: 'hello' },
  sentAt: '2026-11-22T10:00:00.000Z',
  delayed: false,
  rawChatId: '49151@s.whatsapp.net',
  rawSenderId: '49151@s.whatsapp.net',
};

describe('incomingEvent', () => {
  it('tells what came, from whom, in the words of the contract', () => {
    expect(incomingEvent(message, session)).toMatchObject({
      version: 1,
      type: 'message.received',
      sessionId: 'ses_1',
      metadata: { a: 'b' },
      timestamp: '2026-11-22T10:00:00.000Z',
      data: { messageId: 'ABC', type: 'text', text: 'hello', from: person, chat: person, delayed: false },
    });
  });

  it('is the same event when the message is delivered again under a better known identity', () => {
    const again = {
      ...message,
      delayed: true,
      from: { ...person, name: 'Anna', lid: null, id: '49151@s.whatsapp.net' },
    };
    expect(incomingEvent(again, session).id).toBe(incomingEvent(message, session).id);
  });

  it('is another event for another session, chat, sender or message', () => {
    const part = fc.string({ maxLength: 4 });
    const place = fc.record({ sessionId: part, rawChatId: part, rawSenderId: part, messageId: part });
    const id = ({
      sessionId,
      ...fields
    }: {
      sessionId: string;
      rawChatId: string;
      rawSenderId: string;
      messageId: string;
    }) => incomingEvent({ ...message, ...fields }, { ...session, sessionId }).id;
    fc.assert(
      fc.property(place, place, (left, right) => {
        expect(id(left) === id(right)).toBe(JSON.stringify(left) === JSON.stringify(right));
      }),
    );
  });

  it('marks what the owner wrote on the phone as sent from there', () => {
    const event = incomingEvent({ ...message, fromMe: true }, session);
    expect(event).toMatchObject({ type: 'message.sent', data: { source: 'phone' } });
    expect(
      incomingRow({ ...message, fromMe: true }, session, { receivedAt: message.sentAt, retentionDays: 7 }),
    ).toMatchObject({
      direction: 'outbound',
      status: 'sent',
      expiresAtSeconds: Date.parse(message.sentAt) / 1_000 + 7 * 86_400,
    });
  });
});
