import { sqsErrors } from '../sqs-errors.ts';
import type { MessageAttribute } from '../structure/queue-message.ts';

/** The body of a call; every reader below checks the member that it reads. */
export type CallInput = Readonly<Record<string, unknown>>;

export function requiredText(input: CallInput, name: string): string {
  const value = input[name];
  if (typeof value !== 'string' || value === '') throw sqsErrors.missingParameter(name);
  return value;
}

export function optionalText(input: CallInput, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A whole number within a range, or `undefined` when the caller left it out. */
export function optionalNumber(input: CallInput, name: string, min: number, max: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) return Number(value);
  throw sqsErrors.invalidParameter(
    `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}, if provided.`,
  );
}

export function textMap(input: CallInput, name: string): Record<string, string> {
  const value = input[name];
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}

export function textList(input: CallInput, name: string): string[] {
  const value = input[name];
  return Array.isArray(value) ? value.map(String) : [];
}

export function attributeMap(input: CallInput, name: string): Record<string, MessageAttribute> | undefined {
  const value = input[name];
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return undefined;
  return value as Record<string, MessageAttribute>;
}

/** A queue's name is the last part of its URL; account and host are not looked at. */
export function queueNameOfUrl(input: CallInput): string {
  const url = requiredText(input, 'QueueUrl');
  return url.slice(url.lastIndexOf('/') + 1);
}
