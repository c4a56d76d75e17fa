import { expect, it } from 'vitest';
import { decodeMessage, deviceSentMessage, encodeMessage } from '../../../simulator/wire/message-content.ts';
import { readContent } from '../../../simulator/wire/read-content.ts';

it('brings a message back through its padding', () => {
  for (let length = 1; length < 40; length++) {
    const text = 'x'.repeat(length);
    expect(decodeMessage(encodeMessage({ conversation: text })).conversation).toBe(text);
  }
  expect(() => decodeMessage(Buffer.from([1, 2, 0]))).toThrow(/padding/);
  expect(() => decodeMessage(Buffer.from([17]))).toThrow(/padding/);
});

it.each([
  [{ conversation: 'hi' }, { kind: 'text', text: 'hi' }],
  [{ extendedTextMessage: { text: 'hello' } }, { kind: 'text', text: 'hello' }],
  [{ reactionMessage: { text: '+1', key: { id: 'A' } } }, { kind: 'reaction', text: '+1', targetId: 'A' }],
  [{ imageMessage: { caption: 'a cat' } }, { kind: 'image', text: 'a cat', caption: 'a cat' }],
  [{ protocolMessage: { type: 14, editedMessage: { conversation: 'better' } } }, { kind: 'edit', text: 'better' }],
  [{ protocolMessage: { type: 0 } }, { kind: 'revoke', text: '' }],
  [{}, { kind: 'empty', text: '' }],
])('reads %j', (message, summary) => {
  const decoded = decodeMessage(encodeMessage(deviceSentMessage('1@s.whatsapp.net', message)));
  expect(readContent(decoded.deviceSentMessage?.message ?? {})).toEqual(summary);
});
