import * as z from 'zod/mini';
import { allowedCidrsMax, isCidr } from '../../core/accounts/allowed-networks.ts';
import { scopes } from '../../core/accounts/scopes.ts';

/** RFC 5321 allows no longer address. */
const emailLengthMax = 254;

const email = z.email().check(z.maxLength(emailLengthMax));
const timestamp = z.string();

/** Any characters, taken exactly as typed. */
const newPassword = z.string().check(z.minLength(8), z.maxLength(128));
/** Longer than any token of ours. */
const oneTimeToken = z.string().check(z.minLength(1), z.maxLength(200));

export const registerBody = z.strictObject({
  email,
  password: newPassword,
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(100)),
  /** Where registration takes invites. */
  inviteToken: z.optional(oneTimeToken),
});

/** Room for a login token: who sends one here learns that it is no refresh token. */
export const refreshBody = z.strictObject({ refreshToken: z.string().check(z.minLength(1), z.maxLength(1_000)) });

export const changePasswordBody = z.strictObject({
  currentPassword: z.string().check(z.minLength(1), z.maxLength(128)),
  newPassword,
});

/** What is no address is answered as any other: nobody has it. */
export const requestResetBody = z.strictObject({
  email: z.string().check(z.minLength(1), z.maxLength(emailLengthMax)),
});

export const resetPasswordBody = z.strictObject({ token: oneTimeToken, password: newPassword });

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

/** With the name of the account's plan. */
export const ownAccount = z.extend(account, { plan: z.string() });

export const login = z.strictObject({
  token: z.string(),
  tokenType: z.literal('Bearer'),
  expiresAt: timestamp,
  /** Seconds from now to `expiresAt`. */
  expiresIn: z.int(),
  /** Good for one refresh. */
  refreshToken: z.string(),
  refreshTokenExpiresAt: timestamp,
  user: account,
});

/** The form alone, for the reference; `isCidr` decides. IPv4 is exact here, of IPv6 only the alphabet. */
const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const cidrForm = new RegExp(
  `^(?:${byte}(?:\\.${byte}){3}(?:/(?:3[0-2]|[12]?\\d))?|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f.]{0,15}){2,7}(?:/\\d{1,3})?)$`,
);

export const createKeyBody = z.strictObject({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(100)),
  /** Missing means everything. */
  scopes: z.optional(z.array(z.enum(scopes)).check(z.minLength(1), z.maxLength(scopes.length))),
  expiresAt: z.optional(z.iso.datetime({ offset: true })),
  /** Networks from which the key works, as `203.0.113.0/24` or `2001:db8::/32`; missing means everywhere. */
  allowedCidrs: z.optional(
    z
      .array(
        z.string().check(z.maxLength(49), z.regex(cidrForm), z.refine(isCidr, 'Must be a network in CIDR notation')),
      )
      .check(z.minLength(1), z.maxLength(allowedCidrsMax)),
  ),
});

export const apiKey = z.strictObject({
  keyId: z.string(),
  name: z.string(),
  lastFour: z.string(),
  /** `["*"]` for a key that may do everything. */
  scopes: z.array(z.string()),
  createdAt: timestamp,
  expiresAt: z.nullable(timestamp),
  /** `null` for a key that works from everywhere. */
  allowedCidrs: z.nullable(z.array(z.string())),
  lastUsedAt: z.nullable(timestamp),
});

/** With the key itself, shown this once. */
export const createdApiKey = z.extend(apiKey, { key: z.string() });

export const deletedKey = z.strictObject({ keyId: z.string(), deleted: z.literal(true) });

export const loggedOut = z.strictObject({ loggedOut: z.literal(true) });

export const resetRequested = z.strictObject({ requested: z.literal(true) });

export const passwordChanged = z.strictObject({ passwordChanged: z.literal(true) });
