import * as z from 'zod/mini';

/** What an event of one name says, and an example of its `data`. */
export interface EventShape<Data = unknown> {
  /** When it comes. */
  readonly summary: string;
  readonly data: z.ZodMiniType<Data>;
  readonly example: Data;
}

/** Joins a shape with an example that the compiler holds to it. */
export function shape<Data>(summary: string, data: z.ZodMiniType<Data>, example: NoInfer<Data>): EventShape<Data> {
  return { summary, data, example };
}

export const text = z.string();
export const moment = z.iso.datetime();

export const identity = z.strictObject({
  id: text,
  phone: z.nullable(text),
  lid: z.nullable(text),
  name: z.nullable(text),
});

export const at = '2026-11-22T09:30:00.000Z';
export const ada = {
  id: '260000000000001@lid',
  phone: '+491510000001',
  lid: '260000000000001@lid',
  name: 'Ada Customer',
};
export const group = { id: '120363012345678901@g.us', phone: null, lid: null, name: 'Regulars' };
export const messageId = '3EB0A1B2C3D4E5F60718AB';
