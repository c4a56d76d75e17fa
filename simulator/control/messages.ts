import * as z from 'zod/mini';
import { readMessages } from '../phone/read-messages.ts';
import { sendText } from '../phone/send-text.ts';
import { ControlError } from './control-error.ts';
import { calledPhone, ownPhone, parse } from './input.ts';
import type { ControlRequest } from './routes.ts';

/** WhatsApp's own limit for a text. */
const textCharactersMax = 65_536;
const textsMax = 1000;

const text = z.string().check(z.minLength(1), z.maxLength(textCharactersMax));
const messageBody = z.strictObject({
  to: z.string().check(z.minLength(1), z.maxLength(100)),
  text: z.optional(text),
  texts: z.optional(z.array(text).check(z.minLength(1), z.maxLength(textsMax))),
  addressing: z.optional(z.enum(['pn', 'lid'])),
});
const receiptBody = z.strictObject({
  ids: z.array(z.string().check(z.minLength(1), z.maxLength(200))).check(z.minLength(1), z.maxLength(textsMax)),
  type: z.enum(['read', 'played']),
});

/** The phone writes one text (`text`, answers `id`) or several in order (`texts`, answers `ids`). */
export async function postMessages({ world, parameters, body }: ControlRequest) {
  const author = ownPhone(world, parameters.phone ?? '');
  const { to, text: one, texts, addressing = world.settings.addressing } = parse(messageBody, body);
  if ((one === undefined) === (texts === undefined)) {
    throw new ControlError(400, 'bad_request', 'Give either text or texts.');
  }
  const recipient = calledPhone(world, to);
  const send = (content: string) => sendText(world, { author, recipient, text: content, addressing });
  if (one !== undefined) return { id: await send(one) };
  return { ids: await Promise.all((texts ?? []).map(send)) };
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
