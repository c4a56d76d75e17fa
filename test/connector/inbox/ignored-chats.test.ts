import { describe, expect, it } from 'vitest';
import { isIgnored } from '../../../connector/inbox/ignored-chats.ts';

const chats = {
  person: '4915112345678@s.whatsapp.net',
  lid: '81234@lid',
  group: '120363025246125486@g.us',
  channel: '120363025246125486@newsletter',
  statusPosts: 'status@broadcast',
};

describe('isIgnored', () => {
  it.each([
    [{}, []],
    [{ ignoreGroups: false, ignoreChannels: false, ignoreStatusPosts: false }, []],
    [{ ignoreGroups: true }, ['group']],
    [{ ignoreChannels: true }, ['channel']],
    [{ ignoreStatusPosts: true }, ['statusPosts']],
    [{ ignoreGroups: true, ignoreChannels: true, ignoreStatusPosts: true }, ['group', 'channel', 'statusPosts']],
    [{ ignoreGroups: 'yes' }, []],
  ])('with %j leaves out %j', (settings, left) => {
    const out = Object.entries(chats).filter(([, rawChatId]) => isIgnored({ rawChatId }, settings));
    expect(out.map(([name]) => name)).toEqual(left);
  });
});
