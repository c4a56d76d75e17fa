import * as z from 'zod/mini';
import { readMessages } from '../phone/read-messages.ts';
import { sendMessage } from '../phone/send-message.ts';
import { addressingIn, calledChat } from './called-chat.ts';
import { composeMessage } from './compose-message.ts';
import { ControlError } from './control-error.ts';
import { ownPhone, parse } from './input.ts';
import { contentNames, messageBody, textsMax } from './message-body.ts';
import type { ControlRequest } from './routes.ts';

const receiptBody = z.strictObject({
  ids: z.array(z.string().check(z.minLength(1), z.maxLength(200))).check(z.minLength(1), z.maxLength(textsMax)),
  type: z.enum(['read', 'played']),
});

/** The phone writes one message (answers `id`, and hash and size of its file), or several texts in order (`texts`, answers `ids`). */
export async function postMessages({ world, parameters, body }: ControlRequest) {
  const phone = ownPhone(world, parameters.phone ?? '');
  const given = parse(messageBody, body);
  const names = contentNames.filter((name) => given[name] !== undefined);
  if (names.length + (given.texts === undefined ? 0 : 1) !== 1) {
    throw new ControlError(400, 'bad_request', `Give one of ${contentNames.join(', ')}, texts.`);
  }
  const chat = calledChat(world, phone, given.to, given.audience);
  const addressing = addressingIn(world, phone, chat, given.addressing);
  const writer = { phone, chat, addressing };
  const send = (each: typeof given) =>
    sendMessage(world, {
      author: phone,
      chat,
      addressing,
      compose: async () => ({ ...(await composeMessage(world, writer, each)), placeholder: each.placeholder }),
    });
  if (given.texts !== undefined) {
    const sent = await Promise.all(given.texts.map((text) => send({ ...given, text })));
    return { ids: sent.map(({ id }) => id) };
  }
  const { id, composed } = await send(given);
  return { id, ...composed.file };
}

/** What the phone has received; `since` is a moment, in ISO form or in milliseconds. */
export function inbox({ world, parameters, query }: ControlRequest) {
  const account = ownPhone(world, parameters.phone ?? '');
  const since = query.get('since') ?? '0';
  const sinceMs = /^\d+$/.test(since) ? Number(since) : Date.parse(since);
  if (Number.isNaN(sinceMs)) throw new ControlError(400, 'bad_request', 'since: is no moment in time');
  return { messages: account.inbox.since(sinceMs) };
}

/** What was written on the phone, and copies of what its linked devices have written. */
export function outgoing({ world, parameters }: ControlRequest) {
  return { messages: ownPhone(world, parameters.phone ?? '').outbox.all() };
}

/** The phone's owner reads or plays messages. */
export function postReceipts({ world, parameters, body }: ControlRequest) {
  const account = ownPhone(world, parameters.phone ?? '');
  const { ids, type } = parse(receiptBody, body);
  const unknown = readMessages(world, account, ids, type);
  if (unknown.length > 0) {
    throw new ControlError(404, 'unknown_message', `The phone has not received ${unknown.slice(0, 5).join(', ')}.`);
  }
  return { ids, type };
}
