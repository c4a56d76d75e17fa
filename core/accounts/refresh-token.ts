import { createHash, createHmac, randomBytes } from 'node:crypto';
import { newId } from '../ids.ts';

/** The parts of a refresh token: `wharf_rt_<tenant>.<family>.<secret>`. Tenant and family say where to look, the secret proves. */
export interface RefreshTokenParts {
  readonly tenantId: string;
  readonly familyId: string;
  readonly secret: string;
}

const prefix = 'wharf_rt_';
const pattern = /^wharf_rt_([0-9a-z]{26})\.([0-9a-z]{26})\.([A-Za-z0-9_-]{43})$/;

/** The first token of a new family; 256 random bits. */
export function firstRefreshToken(tenantId: string): RefreshTokenParts {
  return { tenantId, familyId: newId('fam'), secret: randomBytes(32).toString('base64url') };
}

/**
 * The token that follows another one. It is derived, under a key that only the server has, and not drawn: so the same old token gives
 * the same new one when it comes twice within the grace, although only hashes are stored.
 */
export function nextRefreshToken(parts: RefreshTokenParts, derivationKey: Uint8Array): RefreshTokenParts {
  const secret = createHmac('sha256', derivationKey)
    .update(JSON.stringify(['refresh-token', parts.tenantId, parts.familyId, parts.secret]))
    .digest('base64url');
  return { ...parts, secret };
}

/** @example formatRefreshToken(firstRefreshToken('usr_01k…')) // 'wharf_rt_01k….01k….…' */
export function formatRefreshToken({ tenantId, familyId, secret }: RefreshTokenParts): string {
  return `${prefix}${tenantId.slice('usr_'.length)}.${familyId.slice('fam_'.length)}.${secret}`;
}

/** The parts of a token, or undefined when the text is none: then no read is spent on it. */
export function parseRefreshToken(text: string): RefreshTokenParts | undefined {
  const [, tenant, family, secret] = pattern.exec(text) ?? [];
  if (tenant === undefined || family === undefined || secret === undefined) return undefined;
  return { tenantId: `usr_${tenant}`, familyId: `fam_${family}`, secret };
}

/** What is stored of a secret: SHA-256, hexadecimal. A fast hash is enough for 256 random bits. */
export function hashRefreshSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
