import { expect } from 'vitest';
import { type Kind, originOf, receives, sends } from './kind.ts';

const place = { latitude: 52.5, longitude: 13.4, name: 'Berlin', address: 'Unter den Linden' };
const poll = { question: 'When?', options: ['now', 'later'], selectableCount: 1 };
const day = 86_400;

/** What needs no file and changes nothing. */
export const plainKinds: readonly Kind[] = [
  {
    name: 'Text',
    takes: '`{"to", "text"}`',
    carries: '`type: "text"`, `text`',
    send: sends({ text: 'hello' }, { kind: 'text', text: 'hello' }),
    receive: receives({ text: 'hello' }, { type: 'text', text: 'hello' }),
  },
  {
    name: 'Text with link preview',
    takes: 'a text with a link; `linkPreview: false` sends it without',
    carries: '`linkPreview` with `url`, `title`, `description`',
    // A page that does not answer within three seconds is left out of the message.
    alone: true,
    send: sends(({ site }) => ({ text: `see ${site}/page` }), {
      kind: 'text',
      linkPreview: expect.objectContaining({ title: 'A page', description: 'Of words' }),
    }),
    receive: receives(
      { text: 'see https://example.com', linkPreview: { url: 'https://example.com', title: 'Example' } },
      { type: 'text', linkPreview: { url: 'https://example.com', title: 'Example' } },
    ),
  },
  {
    name: 'Location',
    takes: '`type: "location"`, `location`',
    carries: '`location` with `latitude`, `longitude`, `name`, `address`',
    send: sends({ type: 'location', location: place }, { kind: 'location', location: place }),
    receive: receives({ location: place }, { type: 'location', location: place }),
  },
  {
    name: 'Live location',
    takes: '–',
    carries: '`location` with `live: true`, where the sender was first; later positions are not told',
    send: 'a linked device has no position to share',
    receive: receives(
      { location: { latitude: 1, longitude: 2, live: true } },
      { type: 'location', location: { latitude: 1, longitude: 2, live: true } },
    ),
  },
  {
    name: 'Contact card',
    takes: '`type: "contacts"`, `contacts` with one card',
    carries: '`contacts` with `name`, `phones`, `organization` and the `vcard`',
    send: sends(
      { type: 'contacts', contacts: [{ name: 'Ann', phones: ['+4915112345678'], organization: 'Acme' }] },
      { kind: 'contacts', contacts: [{ name: 'Ann', vcard: expect.stringContaining('waid=4915112345678') }] },
    ),
    receive: receives(
      { contacts: [{ name: 'Ann', phone: '4915112345678' }] },
      { type: 'contacts', contacts: [{ name: 'Ann', phones: ['+4915112345678'] }] },
    ),
  },
  {
    name: 'Several contact cards',
    takes: '`contacts` with up to 20 cards',
    carries: 'the same, with all cards',
    send: sends(
      { type: 'contacts', contacts: ['Ann', 'Bob'].map((name) => ({ name, phones: ['+4915112345678'] })) },
      {
        kind: 'contacts',
        contacts: [expect.objectContaining({ name: 'Ann' }), expect.objectContaining({ name: 'Bob' })],
      },
    ),
    receive: receives(
      { contacts: [{ name: 'Ann' }, { name: 'Bob' }] },
      {
        type: 'contacts',
        contacts: [expect.objectContaining({ name: 'Ann' }), expect.objectContaining({ name: 'Bob' })],
      },
    ),
  },
  {
    name: 'Poll',
    takes: '`type: "poll"`, `poll` with `question`, `options`, `selectableCount`',
    carries: '`poll`; its votes are on `GET` of the message',
    send: sends({ type: 'poll', poll }, { kind: 'poll', poll }),
    receive: receives({ poll }, { type: 'poll', poll }),
  },
  {
    name: 'Reply',
    takes: '`replyTo` with the id of a message, beside any kind',
    carries: '`replyTo` with `messageId`, `from`, `fromMe` and the quoted `text`',
    send: async ({ conversation, cell }) => {
      const { id: asked } = await conversation.write(cell.person.phone, cell, { text: 'a question' });
      await conversation.event('message.received', asked);
      const id = await conversation.post(cell.to, { text: 'an answer', replyTo: asked });
      const shown = await conversation.shown(cell.person.phone, id);
      expect(shown).toMatchObject({ text: 'an answer', quotedId: asked, quotedText: 'a question' });
    },
    receive: async ({ conversation, cell }) => {
      const asked = await conversation.post(cell.to, { text: 'a question' });
      await conversation.shown(cell.person.phone, asked);
      const { id } = await conversation.write(cell.person.phone, cell, { text: 'an answer', reply: asked });
      const { data } = await conversation.event('message.received', id);
      expect(data).toMatchObject({
        replyTo: { messageId: asked, fromMe: true, text: 'a question' },
        ...originOf(cell),
      });
    },
  },
  {
    name: 'Mention',
    takes: '`mentions` with numbers or LIDs, and `@` with the digits in the text',
    carries: '`mentions` with an identity for each',
    send: async ({ conversation, cell }) => {
      const { phone, lid, hidesNumber } = cell.person;
      const id = await conversation.post(cell.to, { text: 'hello @you', mentions: [hidesNumber ? lid : `+${phone}`] });
      expect((await conversation.shown(phone, id)).mentions).toHaveLength(1);
    },
    receive: receives(({ conversation: { owner } }) => ({ text: `hello @${owner}`, mentions: [owner] }), {
      type: 'text',
      mentions: [expect.objectContaining({ phone: expect.stringMatching(/^\+\d+$/) })],
    }),
  },
  {
    name: 'Mention of everybody',
    takes: '`mentionsAll: true`',
    carries: '`mentionsAll: true`',
    onlyInGroups: 'a chat of two has no everybody',
    send: sends({ text: 'all of you', mentionsAll: true }, { kind: 'text', mentionsAll: true }),
    receive: receives({ text: 'all of you', mentionsAll: true }, { type: 'text', mentionsAll: true }),
  },
  {
    name: 'Forward',
    takes: '`type: "forward"`, `messageId`',
    carries: 'the content with `forwarded: true`',
    send: async ({ conversation, cell }) => {
      const { id: first } = await conversation.write(cell.person.phone, cell, { text: 'tell them' });
      await conversation.event('message.received', first);
      const id = await conversation.post(cell.to, { type: 'forward', messageId: first });
      expect(await conversation.shown(cell.person.phone, id)).toMatchObject({ text: 'tell them', forwarded: true });
    },
    receive: receives({ text: 'tell them', forwarded: true }, { type: 'text', text: 'tell them', forwarded: true }),
  },
  {
    name: 'Disappearing',
    takes: '`expiresInSeconds` of a day, a week or 90 days, beside any kind',
    carries: '`expiresInSeconds`',
    send: sends({ text: 'gone soon', expiresInSeconds: day }, { text: 'gone soon', ephemeral: day }),
    receive: receives({ text: 'gone soon', ephemeral: day }, { text: 'gone soon', expiresInSeconds: day }),
  },
  {
    name: 'Status with text',
    takes: '`to: "status"`, `audience`, `text`',
    carries: '`chat.id` is `status@broadcast`',
    notInGroups: 'a status has an audience and no group',
    send: async ({ conversation, cell }) => {
      const id = await conversation.post('status', { text: 'my day', audience: [cell.to] });
      expect(await conversation.shown(cell.person.phone, id)).toMatchObject({
        text: 'my day',
        chat: 'status@broadcast',
      });
    },
    receive: async ({ conversation, cell }) => {
      const body = { to: 'status@broadcast', audience: [conversation.owner], text: 'my day' };
      const { id } = await conversation.write(cell.person.phone, cell, body);
      const { data } = await conversation.event('message.received', id);
      expect(data).toMatchObject({ ...originOf(cell), chat: { id: 'status@broadcast' }, text: 'my day' });
    },
  },
];
