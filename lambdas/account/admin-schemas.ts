import * as z from 'zod/mini';
import { pageQuery } from '../shared/paging.ts';

const timestamp = z.string();
const email = z.email().check(z.maxLength(254));

export const userQuery = z.extend(pageQuery, {
  /** The whole address, in any case. */
  email: z.optional(z.string().check(z.minLength(1), z.maxLength(254))),
});

export const user = z.strictObject({
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(['user', 'admin']),
  /** The plan that counts now. */
  plan: z.string(),
  /** `null` for an account that is not suspended. */
  suspendedAt: z.nullable(timestamp),
  createdAt: timestamp,
});

export const changeUserBody = z
  .strictObject({
    /** `null` gives the account back to the default plan. */
    plan: z.optional(z.nullable(z.string().check(z.minLength(1), z.maxLength(32)))),
    role: z.optional(z.enum(['user', 'admin'])),
  })
  .check(z.refine((body) => body.plan !== undefined || body.role !== undefined, 'Must change something'));

/** The token is shown this once. */
export const passwordReset = z.strictObject({ userId: z.string(), resetToken: z.string(), expiresAt: timestamp });

const lifeHoursDefault = 7 * 24;
const lifeHoursMax = 30 * 24;

export const createInviteBody = z.strictObject({
  /** The one address that may use it; missing: whoever has it. */
  email: z.optional(email),
  expiresInHours: z._default(z.int().check(z.gte(1), z.lte(lifeHoursMax)), lifeHoursDefault),
});

export const invite = z.strictObject({
  inviteId: z.string(),
  email: z.nullable(z.string()),
  createdBy: z.string(),
  createdAt: timestamp,
  expiresAt: timestamp,
  usedAt: z.nullable(timestamp),
  /** The account that came of it. */
  usedBy: z.nullable(z.string()),
});

/** With the token, shown this once. */
export const createdInvite = z.extend(invite, { inviteToken: z.string() });

export const deletedInvite = z.strictObject({ inviteId: z.string(), deleted: z.literal(true) });
