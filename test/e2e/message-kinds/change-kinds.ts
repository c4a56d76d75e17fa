import { expect } from 'vitest';
import { type Act, type Kind, originOf } from './kind.ts';

const poll = { question: 'When?', options: ['now', 'later'], selectableCount: 1 };

/** The API writes a text and waits until it may be changed. */
const ownText: (talk: Parameters<Exclude<Act, string>>[0], text: string) => Promise<string> = async (
  { conversation, cell },
  text,
) => {
  const id = await conversation.post(cell.to, { text });
  await conversation.event('message.sent', id);
  await conversation.shown(cell.person.phone, id);
  return id;
};

/** The phone writes a text, and the webhook has it. */
const theirText: typeof ownText = async ({ conversation, cell }, text) => {
  const { id } = await conversation.write(cell.person.phone, cell, { text });
  await conversation.event('message.received', id);
  return id;
};

/** What changes a message that is there. */
export const changeKinds: readonly Kind[] = [
  {
    name: 'Reaction',
    takes: '`PUT …/messages/{messageId}/reaction` with `emoji`; an empty one takes it back',
    carries: '`message.reaction` with `emoji` and `target`',
    send: async (talk) => {
      const { conversation, cell } = talk;
      const id = await theirText(talk, 'react to me');
      await conversation.change('PUT', `${id}/reaction`, { emoji: '👍' });
      const seen = await conversation.outgoing(cell.person.phone, id, ({ reactions }) => reactions !== undefined);
      expect(seen.reactions).toEqual({ [conversation.owner]: '👍' });
    },
    receive: async (talk) => {
      const { conversation, cell } = talk;
      const id = await ownText(talk, 'react to me');
      await conversation.write(cell.person.phone, cell, { reaction: { id, emoji: '👍' } });
      const { data } = await conversation.event('message.reaction', id);
      expect(data).toMatchObject({ emoji: '👍', target: { fromMe: true }, ...originOf(cell) });
    },
  },
  {
    name: 'Edit',
    takes: '`PATCH …/messages/{messageId}` with `text`, for 15 minutes',
    carries: '`message.edited` with the new `text`',
    send: async (talk) => {
      const { conversation, cell } = talk;
      const id = await ownText(talk, 'first');
      await conversation.change('PATCH', id, { text: 'second' });
      await conversation.shown(cell.person.phone, id, ({ edited }) => edited === 'second');
      await conversation.event('message.edited', id);
    },
    receive: async (talk) => {
      const { conversation, cell } = talk;
      const id = await theirText(talk, 'first');
      await conversation.write(cell.person.phone, cell, { edit: { id, text: 'second' } });
      const { data } = await conversation.event('message.edited', id);
      expect(data).toMatchObject({ text: 'second', ...originOf(cell) });
    },
  },
  {
    name: 'Deletion for everyone',
    takes: '`DELETE …/messages/{messageId}`',
    carries: '`message.deleted`; the row keeps no content',
    send: async (talk) => {
      const { conversation, cell } = talk;
      const id = await ownText(talk, 'not this');
      await conversation.change('DELETE', id);
      await conversation.shown(cell.person.phone, id, ({ deleted }) => deleted === true);
      await conversation.event('message.deleted', id);
    },
    receive: async (talk) => {
      const { conversation, cell } = talk;
      const id = await theirText(talk, 'not this');
      await conversation.write(cell.person.phone, cell, { delete: { id } });
      expect((await conversation.event('message.deleted', id)).data).toMatchObject(originOf(cell));
      expect(await conversation.message(id)).toMatchObject({ text: '' });
    },
  },
  {
    name: 'Poll vote',
    takes: '–',
    carries: '`message.poll_vote` with the texts of the `options`; decrypted, no options take the vote back',
    send: 'Wharf does not vote',
    receive: async ({ conversation, cell }) => {
      const id = await conversation.post(cell.to, { type: 'poll', poll });
      await conversation.shown(cell.person.phone, id);
      await conversation.write(cell.person.phone, cell, { pollVote: { id, options: ['later'] } });
      const { data } = await conversation.event('message.poll_vote', id);
      expect(data).toMatchObject({ options: ['later'], ...originOf(cell) });
    },
  },
];
