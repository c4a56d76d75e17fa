import type { AuthenticationCreds, BinaryNode, WASocket } from '@whiskeysockets/baileys';
import { encodeWAMessage } from '@whiskeysockets/baileys';
import { expect, it } from 'vitest';
import { createInboundMessages } from '../../../connector/engine/baileys/inbound-messages.ts';
import type { EngineEvent, IncomingMessage } from '../../../connector/engine/port.ts';

const sender = '4915100000002@s.whatsapp.net';

function inbound() {
  const taken: IncomingMessage[] = [];
  const events: EngineEvent[] = [];
  const counted = { unknown: 0, lost: 0 };
  const messages = createInboundMessages({
    creds: { me: { id: '4915100000001:7@s.whatsapp.net', lid: '900001:7@lid' } } as AuthenticationCreds,
    port: {
      sessionId: 'ses_1',
      vault: { get: async () => ({}) } as never,
      onMessage: async (message) => void taken.push(message),
      wasTaken: async () => false,
      findProtocol: async () => undefined,
    },
    socket: () => ({ signalRepository: { lidMapping: { getPNForLID: async () => null } } }) as unknown as WASocket,
    isClosing: () => false,
    onUnknown: () => (counted.unknown += 1),
    onLost: () => (counted.lost += 1),
    emit: (event) => events.push(event),
    learnGroup: () => undefined,
  });
  return { messages, taken, events, counted };
}

const stanzaOf = (id: string, ciphertext: Uint8Array): BinaryNode => ({
  tag: 'message',
  attrs: { id, from: sender, t: '1700000000' },
  content: [{ tag: 'enc', attrs: {}, content: ciphertext }],
});

it('counts a plaintext whose ciphertext came in no stanza, and goes on with the next message', async () => {
  const { messages, taken, counted } = inbound();
  const plaintext = encodeWAMessage({ conversation: 'from nowhere' });
  expect(await messages.publish(Buffer.from('unknown'), plaintext, sender)).toBeUndefined();
  expect(taken).toEqual([]);
  expect(counted).toEqual({ unknown: 1, lost: 0 });

  const known = Buffer.from('known');
  messages.remember(stanzaOf('ABC', known));
  await messages.publish(known, encodeWAMessage({ conversation: 'hello' }), sender);
  expect(taken).toMatchObject([{ messageId: 'ABC', content: { type: 'text', text: 'hello' } }]);
  // The bytes alone do not make a ciphertext known: it must be the very buffer of its stanza.
  await messages.publish(Buffer.from('known'), plaintext, sender);
  expect(counted).toEqual({ unknown: 2, lost: 0 });
});

it.each([
  ['nothing', {}, 'empty'],
  ['a message for devices', { protocolMessage: { type: 9 } }, 'for_devices'],
  ['the timer of a chat', { protocolMessage: { type: 3, ephemeralExpiration: 60 } }, 'chat_timer'],
])('leaves a reason where a message holds %s', async (_, message, reason) => {
  const { messages, taken, events } = inbound();
  const ciphertext = Buffer.from('known');
  messages.remember(stanzaOf('ABC', ciphertext));
  await messages.publish(ciphertext, encodeWAMessage(message), sender);
  expect(taken).toEqual([]);
  expect(events).toContainEqual({ type: 'skipped', messageId: 'ABC', reason });
});

it('leaves none for a sender key, which comes beside a message', async () => {
  const { messages, events } = inbound();
  const ciphertext = Buffer.from('known');
  messages.remember(stanzaOf('ABC', ciphertext));
  await messages.publish(ciphertext, encodeWAMessage({ senderKeyDistributionMessage: { groupId: '1@g.us' } }), sender);
  expect(events).toEqual([]);
});
