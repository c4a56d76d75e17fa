import { isJsonObject, type Json } from '../../template/template.ts';
import { AwsError } from '../http/aws-error.ts';
import type { SentMail } from './mailbox.ts';

/**
 * Reads the body of a `SendEmail` call: one sender, plain recipients, a simple letter with a text. Throws `BadRequestException` for what is
 * none, and for the other kinds of mail (raw, templates, copies), of which nothing here makes use.
 */
export function readEmail(body: Json): Pick<SentMail, 'from' | 'to' | 'subject' | 'text'> {
  const from = field(body, 'FromEmailAddress');
  const to = field(body, 'Destination', 'ToAddresses');
  const subject = field(body, 'Content', 'Simple', 'Subject', 'Data');
  const text = field(body, 'Content', 'Simple', 'Body', 'Text', 'Data');
  if (typeof from !== 'string' || !isAddress(from)) throw refusal('FromEmailAddress must be a plain address here.');
  if (!Array.isArray(to) || to.length === 0 || !to.every((each) => typeof each === 'string' && isAddress(each))) {
    throw refusal('Destination.ToAddresses must be plain addresses here.');
  }
  if (typeof subject !== 'string' || typeof text !== 'string') {
    throw refusal('Only Content.Simple with a subject and a text is known here.');
  }
  return { from, to: to as string[], subject, text };
}

function field(value: Json, ...names: readonly string[]): Json | undefined {
  return names.reduce<Json | undefined>((at, name) => (isJsonObject(at) ? at[name] : undefined), value);
}

function isAddress(text: string): boolean {
  return /^[^\s@<>,]+@[^\s@<>,]+$/.test(text);
}

function refusal(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}
