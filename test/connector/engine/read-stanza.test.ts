import type { proto } from '@whiskeysockets/baileys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOfJid } from '../../../connector/engine/baileys/identity-of-jid.ts';
import { readStanza } from '../../../connector/engine/baileys/read-stanza.ts';

const me = { id: '4915100000001:7@s.whatsapp.net', lid: '900001:7@lid' };
const base = { id: 'ABC', from: '4915100000002@s.whatsapp.net', t: '1700000000', notify: 'Ann' };
const hello = { conversation: 'hello' };

const sessionId = 'ses_1';
const readContent = (message: proto.IMessage) => readStanza({ sessionId, attrs: base, message, me })?.content;

describe('readContent', () => {
  it('reads text in both of its forms, and through wrappers', () => {
    expect(readContent(hello)).toEqual({ type: 'text', text: 'hello' });
    expect(readContent({ extendedTextMessage: { text: 'hi' } })).toEqual({ type: 'text', text: 'hi' });
    expect(readContent({ ephemeralMessage: { message: hello } })).toEqual({ type: 'text', text: 'hello' });
  });

  it('cuts texts that no queue would take', () => {
    const content = readContent({ conversation: 'x'.repeat(200_000) });
    expect(content).toEqual({ type: 'text', text: 'x'.repeat(65_536) });
  });

  it('names other kinds, and finds nothing in protocol messages and bare sender keys', () => {
    expect(readContent({ orderMessage: { itemCount: 1 } })).toEqual({ type: 'unsupported', kind: 'orderMessage' });
    expect(readContent({ reactionMessage: { text: '!' } })).toEqual({ type: 'unsupported', kind: 'reactionMessage' });
    expect(readContent({ protocolMessage: { type: 3 } })).toBeUndefined();
    expect(readContent({ senderKeyDistributionMessage: { groupId: 'g' }, messageContextInfo: {} })).toBeUndefined();
    expect(readContent({})).toBeUndefined();
  });
});

describe('readStanza', () => {
  it('reads a message under a phone address', () => {
    expect(readStanza({ sessionId, attrs: { ...base, sender_lid: '900002@lid' }, message: hello, me })).toEqual({
      messageId: 'ABC',
      fromMe: false,
      chat: { id: '900002@lid', phone: '+4915100000002', lid: '900002@lid', name: 'Ann' },
      from: { id: '900002@lid', phone: '+4915100000002', lid: '900002@lid', name: 'Ann' },
      content: { type: 'text', text: 'hello' },
      sentAt: '2023-11-14T22:13:20.000Z',
      delayed: false,
      rawChatId: '4915100000002@s.whatsapp.net',
      rawSenderId: '4915100000002@s.whatsapp.net',
      protocol: expect.any(Uint8Array),
    });
  });

  it('reads the same person under a hidden address', () => {
    const attrs = { ...base, from: '900002@lid', sender_pn: '4915100000002@s.whatsapp.net', addressing_mode: 'lid' };
    expect(readStanza({ sessionId, attrs, message: hello, me })?.from).toMatchObject({
      id: '900002@lid',
      phone: '+4915100000002',
    });
  });

  it('uses the address that the key store knows when the stanza names none', () => {
    expect(readStanza({ sessionId, attrs: base, message: hello, me, knownAlternate: '900002@lid' })?.from.lid).toBe(
      '900002@lid',
    );
  });

  it('reads what the owner wrote on the phone', () => {
    const attrs = { ...base, from: me.id, recipient: '4915100000003@s.whatsapp.net', peer_recipient_lid: '900003@lid' };
    const message = { deviceSentMessage: { destinationJid: '4915100000003@s.whatsapp.net', message: hello } };
    expect(readStanza({ sessionId, attrs, message, me })).toMatchObject({
      fromMe: true,
      chat: { id: '900003@lid', phone: '+4915100000003' },
      from: { id: '900001@lid', phone: '+4915100000001' },
      content: { text: 'hello' },
    });
  });

  it('reads a group message, and marks what waited', () => {
    const attrs = { ...base, from: '123@g.us', participant: '900002:4@lid', participant_pn: base.from, offline: '3' };
    expect(readStanza({ sessionId, attrs, message: hello, me })).toMatchObject({
      chat: { id: '123@g.us', phone: null, lid: null },
      from: { id: '900002@lid', phone: '+4915100000002' },
      delayed: true,
    });
  });

  it('finds nothing in peer messages and stanzas without an id', () => {
    expect(readStanza({ sessionId, attrs: { ...base, category: 'peer' }, message: hello, me })).toBeUndefined();
    expect(readStanza({ sessionId, attrs: { from: base.from }, message: hello, me })).toBeUndefined();
  });

  it('never throws, and always names a chat and a sender', () => {
    const jid = fc.oneof(
      fc.stringMatching(/^\d{5,15}(:\d{1,2})?@(s\.whatsapp\.net|lid|g\.us|newsletter|broadcast)$/),
      fc.string(),
    );
    const attrs = fc.record(
      {
        id: fc.string(),
        from: jid,
        participant: jid,
        recipient: jid,
        sender_lid: jid,
        sender_pn: jid,
        notify: fc.string(),
        offline: fc.string(),
        t: fc.nat().map(String),
      },
      { requiredKeys: [] },
    );
    const message = fc.oneof(
      fc.record({ conversation: fc.string() }),
      fc.record({ imageMessage: fc.record({ caption: fc.string() }) }),
      fc.record({ protocolMessage: fc.record({ type: fc.constant(0) }) }),
    );
    fc.assert(
      fc.property(attrs, message, (some, content) => {
        const read = readStanza({
          sessionId,
          attrs: some as Record<string, string>,
          message: content as proto.IMessage,
          me,
        });
        if (read === undefined) return;
        expect(read.chat.id).not.toBe('');
        expect(read.from.id).not.toBe('');
        expect(read.messageId).toBe(some.id);
        if (read.from.phone !== null) expect(read.from.phone).toMatch(/^\+/);
      }),
    );
  });
});

describe('identityOfJid', () => {
  it('gives the same person for both orders of the addresses', () => {
    const phone = fc.stringMatching(/^[1-9]\d{6,14}$/);
    fc.assert(
      fc.property(phone, phone, fc.nat(99), (number, lid, device) => {
        const pn = `${number}:${device}@s.whatsapp.net`;
        const hidden = `${lid}:${device}@lid`;
        expect(identityOfJid(pn, hidden)).toEqual(identityOfJid(hidden, pn));
        expect(identityOfJid(pn, hidden)).toEqual({
          id: `${lid}@lid`,
          phone: `+${number}`,
          lid: `${lid}@lid`,
          name: null,
        });
      }),
    );
  });
});
