import { expect, it } from 'vitest';
import { readPastChats } from '../../../connector/engine/baileys/read-past-chats.ts';

it('reads people and moments out of a history, newest first, and leaves out what is neither', () => {
  const chats = [
    { id: '491510000001@s.whatsapp.net', lidJid: '81234@lid', conversationTimestamp: 1_700_000_000 },
    { id: '81235@lid', conversationTimestamp: 1_700_000_100 },
    { id: '120363012345678901@g.us', conversationTimestamp: 1_700_000_200 },
    { id: '491510000002@s.whatsapp.net' },
    { id: '491510000003@s.whatsapp.net', conversationTimestamp: Number.MAX_SAFE_INTEGER },
  ];
  expect(readPastChats(chats)).toEqual([
    {
      chat: { id: '81235@lid', phone: null, lid: '81235@lid', name: null },
      lastMessageAt: '2023-11-14T22:15:00.000Z',
    },
    {
      chat: { id: '81234@lid', phone: '+491510000001', lid: '81234@lid', name: null },
      lastMessageAt: '2023-11-14T22:13:20.000Z',
    },
  ]);
});
