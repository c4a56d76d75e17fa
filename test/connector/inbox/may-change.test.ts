import { expect, it } from 'vitest';
import { mayChange } from '../../../connector/inbox/may-change.ts';
import type { Message } from '../../../core/messages/message.ts';

const ann = { id: '1@lid', phone: '+4915100000001', lid: '1@lid', name: 'Ann' };
const annByPhone = { id: '4915100000001@s.whatsapp.net', phone: '+4915100000001', lid: null, name: null };
const bob = { id: '2@lid', phone: null, lid: '2@lid', name: 'Bob' };
const target = { messageId: 'A', fromMe: false, from: null };
const edit = { type: 'edit', target, text: 'x' } as const;
const remove = { type: 'delete', target } as const;
const row = (fields: Partial<Message>) => ({ direction: 'inbound', from: ann, ...fields }) as Message;

it('lets the author edit and delete, under either address', () => {
  for (const from of [ann, annByPhone]) {
    expect(mayChange(edit, { from, fromMe: false }, row({}), false)).toBe(true);
    expect(mayChange(remove, { from, fromMe: false }, row({}), false)).toBe(true);
  }
});

it('believes nobody else, except an administrator who deletes', () => {
  expect(mayChange(edit, { from: bob, fromMe: false }, row({}), true)).toBe(false);
  expect(mayChange(remove, { from: bob, fromMe: false }, row({}), false)).toBe(false);
  expect(mayChange(remove, { from: bob, fromMe: false }, row({}), true)).toBe(true);
  expect(mayChange(edit, { from: bob, fromMe: false }, row({ direction: 'outbound' }), false)).toBe(false);
  expect(mayChange(edit, { from: bob, fromMe: true }, row({ direction: 'outbound' }), false)).toBe(true);
});

it('lets anybody react and vote', () => {
  const reaction = { type: 'reaction', target, emoji: '+' } as const;
  expect(mayChange(reaction, { from: bob, fromMe: false }, row({}), false)).toBe(true);
});
