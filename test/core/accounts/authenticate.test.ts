import { describe, expect, it, vi } from 'vitest';
import type { AccountStanding } from '../../../core/accounts/account-standing.ts';
import { newApiKey } from '../../../core/accounts/api-key.ts';
import type { KeyCredential } from '../../../core/accounts/api-key-repository.ts';
import { createAuthenticator } from '../../../core/accounts/authenticate.ts';
import { loadPlans, planOf } from '../../../core/plans/index.ts';
import { WharfError } from '../../../core/wharf-error.ts';

const hourMs = 3_600_000;
const plan = planOf(loadPlans(), {});

function setUp(stored: Partial<KeyCredential> = {}) {
  const { key, hash } = newApiKey('account');
  const rows = new Map<string, KeyCredential>([
    [hash, { tenantId: 'usr_1', keyId: 'key_1', kind: 'account', scopes: '*', ...stored }],
  ]);
  const clock = { nowMs: Date.parse('2026-11-22T10:00:00Z') };
  const findByHash = vi.fn(async (wanted: string) => rows.get(wanted));
  const recordUse = vi.fn(async (_hash: string, _at: string) => false);
  const onFirstUse = vi.fn(async () => undefined);
  const standing: { current: AccountStanding | undefined } = {
    current: { role: 'user', plan, isSuspended: false },
  };
  const onUseNotRecorded = vi.fn();
  const authenticate = createAuthenticator({
    keys: { findByHash, recordUse },
    verifyToken: async () => ({ userId: 'usr_1' }),
    findStanding: async () => standing.current,
    onFirstUse,
    onUseNotRecorded,
    now: () => clock.nowMs,
  });
  const client = { address: '192.0.2.7', userAgent: 'test' };
  const tryKey = (text = key) => authenticate({ kind: 'api-key', text }, client);
  const tryToken = () => authenticate({ kind: 'token', text: 'x' }, client);
  const codeOf = async (text = key) => {
    const error = await tryKey(text).catch((thrown: unknown) => thrown);
    return error instanceof WharfError ? error.code : error;
  };
  return {
    key,
    hash,
    rows,
    clock,
    findByHash,
    recordUse,
    onUseNotRecorded,
    onFirstUse,
    standing,
    tryKey,
    tryToken,
    codeOf,
  };
}

describe('authentication', () => {
  it('reads a key once and then remembers it for less than thirty seconds', async () => {
    const { clock, findByHash, tryKey, rows, codeOf } = setUp();
    expect(await tryKey()).toEqual({ kind: 'account-key', tenantId: 'usr_1', plan, keyId: 'key_1', scopes: '*' });
    await tryKey();
    expect(findByHash).toHaveBeenCalledTimes(1);
    rows.clear();
    clock.nowMs += 30_000;
    expect(await codeOf()).toBe('CREDENTIAL_INVALID');
  });

  it('does not read at all for a key whose checksum is wrong', async () => {
    const { key, findByHash, codeOf } = setUp();
    expect(await codeOf(`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`)).toBe('CREDENTIAL_INVALID');
    expect(await codeOf('wharf_ak_nonsense')).toBe('CREDENTIAL_INVALID');
    expect(findByHash).not.toHaveBeenCalled();
  });

  it('remembers also that a key does not exist', async () => {
    const { findByHash, codeOf } = setUp();
    const unknown = newApiKey('account').key;
    await codeOf(unknown);
    expect(await codeOf(unknown)).toBe('CREDENTIAL_INVALID');
    expect(findByHash).toHaveBeenCalledTimes(1);
  });

  it('feels the expiry of a key that it remembers', async () => {
    const { clock, tryKey, codeOf } = setUp({ expiresAt: '2026-11-22T10:00:05Z' });
    await tryKey();
    clock.nowMs += 5_000;
    expect(await codeOf()).toBe('CREDENTIAL_EXPIRED');
  });

  it('notes the last use once an hour', async () => {
    const { clock, hash, recordUse, tryKey } = setUp();
    for (let minute = 0; minute < 121; minute++) {
      await tryKey();
      clock.nowMs += 60_000;
    }
    expect(recordUse.mock.calls).toEqual([
      [hash, '2026-11-22T10:00:00.000Z'],
      [hash, '2026-11-22T11:00:00.000Z'],
      [hash, '2026-11-22T12:00:00.000Z'],
    ]);
  });

  it('does not note what another function noted within the hour', async () => {
    const { recordUse, tryKey } = setUp({ lastUsedAt: '2026-11-22T09:30:00.000Z' });
    await tryKey();
    expect(recordUse).not.toHaveBeenCalled();
  });

  it('lets a request pass when the last use cannot be written, and does not insist', async () => {
    const { clock, recordUse, onUseNotRecorded, tryKey } = setUp();
    recordUse.mockRejectedValue(new Error('not allowed'));
    await tryKey();
    clock.nowMs += hourMs / 2;
    await tryKey();
    expect(onUseNotRecorded).toHaveBeenCalledTimes(1);
  });

  it('gives the role and the plan that the account has now, whatever the token was issued with', async () => {
    const { standing, tryToken } = setUp();
    const pro = planOf(loadPlans(), { plan: 'pro' });
    standing.current = { role: 'admin', plan: pro, isSuspended: false };
    expect(await tryToken()).toEqual({ kind: 'user', tenantId: 'usr_1', userId: 'usr_1', role: 'admin', plan: pro });
    standing.current = undefined;
    await expect(tryToken()).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID' });
  });

  it('refuses keys and tokens of a suspended account, and notes no use', async () => {
    const { standing, codeOf, tryToken, recordUse } = setUp();
    standing.current = { role: 'user', plan, isSuspended: true };
    expect(await codeOf()).toBe('ACCOUNT_SUSPENDED');
    await expect(tryToken()).rejects.toMatchObject({ code: 'ACCOUNT_SUSPENDED' });
    expect(recordUse).not.toHaveBeenCalled();
  });

  it('holds a key to its networks', async () => {
    expect(await setUp({ allowedCidrs: ['198.51.100.0/24', '192.0.2.8'] }).codeOf()).toBe('ADDRESS_NOT_ALLOWED');
    expect((await setUp({ allowedCidrs: ['2001:db8::/32', '192.0.2.0/29'] }).tryKey()).tenantId).toBe('usr_1');
  });

  it('tells of the first use of a key, with where it came from', async () => {
    const { recordUse, onFirstUse, tryKey } = setUp();
    recordUse.mockResolvedValueOnce(true);
    await tryKey();
    await tryKey();
    expect(onFirstUse.mock.calls).toEqual([
      [expect.objectContaining({ keyId: 'key_1' }), { address: '192.0.2.7', userAgent: 'test' }],
    ]);
  });
});
