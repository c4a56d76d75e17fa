import { randomInt } from 'node:crypto';
import * as z from 'zod/mini';
import { newMessageId, nowSeconds } from '../phone/message-stanza.ts';
import { encodeBareMessage } from '../wire/message-content.ts';
import { node } from '../wire/node.ts';
import { textMessage } from '../wire/simple-content.ts';
import { calledPhone, parse } from './input.ts';
import type { ControlRequest } from './routes.ts';

const followersMax = 1000;
const newsletterBody = z.strictObject({
  to: z.array(z.string().check(z.minLength(1), z.maxLength(40))).check(z.minLength(1), z.maxLength(followersMax)),
  text: z.string().check(z.minLength(1), z.maxLength(65_536)),
});

/** A newsletter, made on first use, publishes a text for some phones. What newsletters publish is not encrypted. */
export function postNewsletterMessage({ world, parameters, body }: ControlRequest) {
  const { to, text } = parse(newsletterBody, body);
  const from = `${(parameters.newsletter ?? '').replaceAll(/\D/g, '')}@newsletter`;
  const id = newMessageId();
  const attributes = { from, id, t: nowSeconds(), type: 'text', server_id: String(randomInt(100, 1_000_000)) };
  const content = [node('plaintext', {}, encodeBareMessage(textMessage(text)))];
  for (const phone of to) {
    for (const companion of calledPhone(world, phone).companions.values()) {
      companion.deliver(node('message', attributes, content));
      world.statistics.messagesToDevices++;
    }
  }
  return { id, newsletter: from };
}
