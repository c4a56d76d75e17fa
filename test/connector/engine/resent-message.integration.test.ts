import type { WASocket } from '@whiskeysockets/baileys';
import { expect, it, vi } from 'vitest';
import type { IncomingMessage } from '../../../connector/engine/port.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startSimulatedWorld } from '../support/simulated-world.ts';

const made = vi.hoisted(() => ({ sockets: [] as WASocket[] }));
vi.mock('@whiskeysockets/baileys', async (importOriginal) => {
  const original = await importOriginal<typeof import('@whiskeysockets/baileys')>();
  const makeWASocket: typeof original.makeWASocket = (options) => {
    const socket = original.makeWASocket(options);
    made.sockets.push(socket);
    return socket;
  };
  return { ...original, makeWASocket };
});

it('takes what the phone sent again on request while Baileys buffers, which forgets the request, and ends in order', async () => {
  const world = await startSimulatedWorld();
  const taken: IncomingMessage[] = [];
  const events: string[] = [];
  const connection = await world.makeEngine().connect({
    sessionId: 'ses_drain',
    vault: {
      get: async () => ({}),
      set: async () => undefined,
      credentials: undefined,
      saveCredentials: async () => undefined,
      failure: undefined,
      onFailure: () => undefined,
      readAhead: async () => undefined,
    },
    onEvent: ({ type }) => events.push(type),
    onMessage: async (message) => void taken.push(message),
    wasTaken: async () => false,
    findProtocol: async () => undefined,
    findGroup: async () => undefined,
  });
  await waitFor('the socket to work', () => events.includes('qr'));
  const socket = made.sockets[0]!;
  socket.authState.creds.me = { id: '491570000001:1@s.whatsapp.net' };
  socket.ev.buffer();
  socket.ev.emit('messages.upsert', {
    type: 'notify',
    requestId: 'resent',
    messages: [
      {
        key: { id: 'ABC', remoteJid: '491570000002@s.whatsapp.net', fromMe: false },
        message: { conversation: 'buffered' },
        messageTimestamp: 1_700_000_000,
      },
    ],
  });
  await connection.drain();
  expect(taken.map(({ content }) => content)).toEqual([{ type: 'text', text: 'buffered' }]);
  await world.stop();
});
