import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graceMs, judgeToken, type RefreshFamily } from '../../../core/accounts/refresh-family.ts';
import {
  firstRefreshToken,
  formatRefreshToken,
  nextRefreshToken,
  parseRefreshToken,
} from '../../../core/accounts/refresh-token.ts';
import { newId } from '../../../core/ids.ts';

const day = 24 * 3_600_000;
const start = Date.UTC(2026, 10, 22);
const family: RefreshFamily = {
  tenantId: 'usr_a',
  familyId: 'fam_a',
  currentHash: 'current',
  previousHash: 'previous',
  rotatedAtMs: start,
  createdAtMs: start - 10 * day,
  endsAtMs: start + 80 * day,
  address: '203.0.113.7',
  userAgent: 'test',
  expiresAtSeconds: 0,
};

describe('judgeToken', () => {
  it('knows the current token, a repeat within the grace, and anything else as reuse', () => {
    expect(judgeToken(family, 'current', start + 1)).toBe('current');
    expect(judgeToken(family, 'previous', start + graceMs)).toBe('repeat');
    expect(judgeToken(family, 'previous', start + graceMs + 1)).toBe('reused');
    expect(judgeToken(family, 'older', start + 1)).toBe('reused');
  });

  it('ends by revocation, by 30 idle days and by 90 days in all', () => {
    expect(judgeToken(undefined, 'current', start)).toBe('ended');
    expect(judgeToken({ ...family, revokedAtMs: start }, 'current', start)).toBe('ended');
    expect(judgeToken(family, 'current', start + 30 * day - 1)).toBe('current');
    expect(judgeToken(family, 'current', start + 30 * day)).toBe('ended');
    expect(judgeToken({ ...family, rotatedAtMs: start + 79 * day }, 'current', start + 80 * day)).toBe('ended');
  });
});

describe('refresh token', () => {
  const key = Buffer.alloc(32, 1);

  it('is written and read back', () => {
    const parts = firstRefreshToken(newId('usr'));
    expect(parseRefreshToken(formatRefreshToken(parts))).toEqual(parts);
  });

  it('is followed by the same token under the same key, and by another under another', () => {
    const first = firstRefreshToken(newId('usr'));
    const second = nextRefreshToken(first, key);
    expect(nextRefreshToken(first, key)).toEqual(second);
    expect(nextRefreshToken(first, Buffer.alloc(32, 2)).secret).not.toBe(second.secret);
    expect(parseRefreshToken(formatRefreshToken(second))).toEqual(second);
    expect(new Set([first, second, nextRefreshToken(second, key)].map((parts) => parts.secret)).size).toBe(3);
  });

  it('is never read from other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseRefreshToken(text)).toBeUndefined();
        expect(parseRefreshToken(`wharf_rt_${text}`)).toBeUndefined();
      }),
    );
    const good = formatRefreshToken(firstRefreshToken(newId('usr')));
    expect(parseRefreshToken(`${good} `)).toBeUndefined();
    expect(parseRefreshToken(`${good}\n`)).toBeUndefined();
    expect(parseRefreshToken(good.toUpperCase())).toBeUndefined();
  });
});
