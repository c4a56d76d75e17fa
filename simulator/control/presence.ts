import * as z from 'zod/mini';
import { chatStates, showChatState, showPresence } from '../phone/show-presence.ts';
import { addressingIn, calledChat } from './called-chat.ts';
import { ControlError } from './control-error.ts';
import { ownPhone, parse } from './input.ts';
import type { ControlRequest } from './routes.ts';

const presenceBody = z.strictObject({
  state: z.enum(['available', 'unavailable', ...chatStates]),
  to: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  addressing: z.optional(z.enum(['pn', 'lid'])),
});

/** The phone comes, goes, or types in the chat `to`; answers how many clients have `seen` it. */
export function postPresence({ world, parameters, body }: ControlRequest) {
  const phone = ownPhone(world, parameters.phone ?? '');
  const { state, to, addressing } = parse(presenceBody, body);
  if (state === 'available' || state === 'unavailable') {
    return { seen: showPresence(world, phone, state === 'available') };
  }
  if (to === undefined) throw new ControlError(400, 'bad_request', `to: is needed for ${state}`);
  const chat = calledChat(world, phone, to);
  const form = addressingIn(world, phone, chat, addressing);
  return { seen: showChatState(world, { phone, chat, addressing: form, state }) };
}

/** What others have shown in chats with this phone: typing, recording, stopped. */
export function getChatStates({ world, parameters }: ControlRequest) {
  return { states: ownPhone(world, parameters.phone ?? '').chatStates.since(0) };
}
