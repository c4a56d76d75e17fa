import * as z from 'zod/mini';
import type { Account } from '../accounts/account.ts';
import { isPhoneNumber } from '../accounts/directory.ts';
import type { World } from '../world/world.ts';
import { ControlError } from './control-error.ts';

/** A body or query in the form that a schema describes, or a 400 that names the first broken rule. */
export function parse<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw new ControlError(400, 'bad_request', `${path === '' ? 'body' : path}: ${issue?.message ?? 'is not valid'}`);
}

/** Reads a number as people write it: `+49 152 000-0000`, `491520000000` or `491520000000@s.whatsapp.net`. */
export function readPhone(text: string): string {
  const digits = text.replace(/@(s\.whatsapp\.net|c\.us)$/, '').replaceAll(/[+\s()-]/g, '');
  if (!isPhoneNumber(digits)) {
    throw new ControlError(400, 'bad_phone', `"${text.slice(0, 40)}" is no international phone number.`);
  }
  return digits;
}

/** The phone that the caller holds, made on first use. */
export function ownPhone(world: World, text: string, name?: string): Account {
  const phone = readPhone(text);
  const account = world.directory.own(phone, name);
  if (account === undefined) throw new ControlError(409, 'too_many_phones', 'No more phones can be made.');
  return account;
}

/** The account of a number that a phone calls; a 422 when the number is not on WhatsApp. */
export function calledPhone(world: World, text: string): Account {
  const phone = readPhone(text);
  const account = world.directory.use(phone);
  if (account === undefined) {
    throw new ControlError(422, 'not_on_whatsapp', `The number ${phone} is not on WhatsApp (see notOnWhatsApp).`);
  }
  return account;
}
