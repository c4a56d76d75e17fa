import * as z from 'zod/mini';
import { scopes } from '../../core/accounts/scopes.ts';

/** RFC 5321 allows no longer address. */
const emailLengthMax = 254;

const email = z.email().check(z.maxLength(emailLengthMax));
const timestamp = z.string();

export const registerBody = z.strictObject({
  email,
  /** Any characters, taken exactly as typed. */
  password: z.string().check(z.minLength(8), z.maxLength(128)),
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(100)),
});

export const loginBody = z.strictObject({
  email: z.string().check(z.minLength(1), z.maxLength(emailLengthMax)),
  password: z.string().check(z.minLength(1), z.maxLength(128)),
});

export const account = z.strictObject({
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(['user', 'admin']),
  createdAt: timestamp,
});

export const login = z.strictObject({
  token: z.string(),
  tokenType: z.literal('Bearer'),
  expiresAt: timestamp,
  user: account,
});

export const createKeyBody = z.strictObject({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(100)),
  /** Missing means everything. */
  scopes: z.optional(z.array(z.enum(scopes)).check(z.minLength(1), z.maxLength(scopes.length))),
  expiresAt: z.optional(z.iso.datetime({ offset: true })),
});

export const apiKey = z.strictObject({
  keyId: z.string(),
  name: z.string(),
  lastFour: z.string(),
  /** `["*"]` for a key that may do everything. */
  scopes: z.array(z.string()),
  createdAt: timestamp,
  expiresAt: z.nullable(timestamp),
  lastUsedAt: z.nullable(timestamp),
});

/** With the key itself, shown this once. */
export const createdApiKey = z.extend(apiKey, { key: z.string() });

export const deletedKey = z.strictObject({ keyId: z.string(), deleted: z.literal(true) });
