import { expect } from 'vitest';
import { encodeBareMessage, type Message } from '../../../simulator/wire/message-content.ts';
import { type Kind, originOf, receives } from './kind.ts';

const raw = (message: Message) => ({ raw: encodeBareMessage(message).toString('base64') });
const moment = 1_800_000_000;
const at = new Date(moment * 1_000).toISOString();

const business = 'only the apps of WhatsApp send it';

/** What phones and businesses send and the API does not. */
export const receivedKinds: readonly Kind[] = [
  {
    name: 'Group invitation',
    takes: '–',
    carries: '`type: "group_invite"`, `invite` with `groupId`, `groupName`, `code`, `expiresAt`, and `caption`',
    send: 'send the link of `GET …/groups/{groupId}/invite` as a text',
    receive: receives(
      {
        groupInvite: {
          group: '120363000000000009@g.us',
          code: 'Abc',
          subject: 'Team',
          caption: 'join',
          expires: moment,
        },
      },
      {
        type: 'group_invite',
        invite: { groupId: '120363000000000009@g.us', groupName: 'Team', code: 'Abc', expiresAt: at },
        caption: 'join',
      },
    ),
  },
  {
    name: 'Event',
    takes: '–',
    carries:
      '`type: "event"`, `event` with `name`, `description`, `startsAt`, `endsAt`, `location`, `joinUrl`, `canceled`',
    send: business,
    receive: receives(
      { event: { name: 'Party', description: 'Bring cake', start: moment } },
      { type: 'event', event: { name: 'Party', description: 'Bring cake', startsAt: at, canceled: false } },
    ),
  },
  {
    name: 'Order',
    takes: '–',
    carries:
      '`type: "order"`, `order` with `id`, `itemCount`, `title`, `message`, `total`, `currency`; not the single articles',
    send: business,
    receive: receives(
      { order: { id: '4711', items: 2, message: 'Please hurry', total: 19.98, currency: 'EUR' } },
      { type: 'order', order: { id: '4711', itemCount: 2, message: 'Please hurry', total: 19.98, currency: 'EUR' } },
    ),
  },
  {
    name: 'Product',
    takes: '–',
    carries:
      '`type: "product"`, `product` with `id`, `title`, `description`, `price`, `currency`, `url`; not its picture',
    send: business,
    receive: receives(
      { product: { id: '7', title: 'Tea', price: 4.99, currency: 'EUR', caption: 'is it there?' } },
      { type: 'product', product: { id: '7', title: 'Tea', price: 4.99, currency: 'EUR' }, caption: 'is it there?' },
    ),
  },
  ...(['button', 'list', 'template', 'form'] as const).map((kind) => ({
    name: {
      button: 'Pressed button',
      list: 'Choice from a list',
      template: 'Pressed template button',
      form: 'Answer to a form',
    }[kind],
    takes: '–',
    carries: `a text with \`choice\`: \`kind: "${kind}"\` and the \`id\` that its sender gave it`,
    send: 'phones do not reliably show buttons and lists of linked devices',
    receive: receives(
      { pressed: { kind, id: 'row-7', text: 'The blue one' } },
      { type: 'text', text: 'The blue one', choice: { kind, id: 'row-7' } },
    ),
  })),
  {
    name: 'Template, buttons or list of a business',
    takes: '–',
    carries: 'a text with the words that a person reads; not the buttons',
    send: business,
    receive: receives(
      raw({
        templateMessage: { hydratedTemplate: { hydratedContentText: 'Your code is 1234', hydratedFooterText: 'Acme' } },
      }),
      { type: 'text', text: 'Your code is 1234\nAcme' },
    ),
  },
  {
    name: 'Written on the own phone',
    takes: '–',
    carries: '`message.sent` with `source: "phone"`',
    send: 'it is what the owner does without the API',
    receive: async ({ conversation, cell }) => {
      const { person, group } = cell;
      // By the form that keeps the number hidden from the client, where it is.
      const addressing = person.hidesNumber ? 'lid' : 'pn';
      const body = { to: group ?? person.phone, addressing, text: 'by hand' };
      const { id } = await conversation.write(conversation.owner, cell, body);
      const { data } = await conversation.event('message.sent', id);
      expect(data).toMatchObject({ source: 'phone', text: 'by hand', chat: originOf(cell).chat });
    },
  },
  {
    name: 'Anything else',
    takes: '–',
    carries: '`type: "unsupported"` with the protocol\'s own name of it in `kind`',
    send: 'there is nothing to ask for',
    receive: receives(raw({ paymentInviteMessage: { serviceType: 1, expiryTimestamp: moment } }), {
      type: 'unsupported',
      kind: 'paymentInviteMessage',
    }),
  },
];
