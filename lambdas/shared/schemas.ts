import * as z from 'zod/mini';

/** The one shape of a person, group or channel in answers (`core/identity.ts`). */
export const identity = z.strictObject({
  /** The stable one to store. */
  id: z.string(),
  phone: z.nullable(z.string()),
  lid: z.nullable(z.string()),
  name: z.nullable(z.string()),
});
