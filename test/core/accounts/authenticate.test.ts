import { describe, expect, it, vi } from 'vitest';
import { newApiKey } from '../../../core/accounts/api-key.ts';
import type { KeyCredential } from '../../../core/accounts/api-key-repository.ts';
import { createAuthenticator } from '../../../core/accounts/authenticate.ts';
import { WharfError } from '../../../core/wharf-error.ts';

const hourMs = 3_600_000;

function setUp(stored: Partial<KeyCredential> = {}) {
  const { key, hash } = newApiKey('account');
  const rows = new Map<string, KeyCredential>([
    [hash, { tenantId: 'usr_1', keyId: 'key_1', kind: 'account', scopes: '*', ...stored }],
  ]);
  const clock = { nowMs: Date.parse('2026-11-22T10:00:00Z') };
  const findByHash = vi.fn(async (wanted: string) => rows.get(wanted));
  const recordUse = vi.fn(async (_hash: string, _at: string) => undefined as undefined);
  const onUseNotRecorded = vi.fn();
  const authenticate = createAuthenticator({
    keys: { findByHash, recordUse },
    verifyToken: async () => ({ kind: 'user', tenantId: 'usr_1', userId: 'usr_1', role: 'user' }),
    onUseNotRecorded,
    now: () => clock.nowMs,
  });
  const tryKey = (text = key) => authenticate({ kind: 'api-key', text });
  const codeOf = async (text = key) => {
    const error = await tryKey(text).catch((thrown: unknown) => thrown);
    return error instanceof WharfError ? error.code : error;
  };
  return { key, hash, rows, clock, findByHash, recordUse, onUseNotRecorded, tryKey, codeOf };
}

describe('authentication', () => {
  it('reads a key once and then remembers it for less than thirty seconds', async () => {
    const { clock, findByHash, tryKey, rows, codeOf } = setUp();
    expect(await tryKey()).toEqual({ kind: 'account-key', tenantId: 'usr_1', keyId: 'key_1', scopes: '*' });
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
});
