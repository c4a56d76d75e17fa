import { describe, expect, it } from 'vitest';
import { isSameHash, newOneTimeToken, parseOneTimeToken } from '../../../core/accounts/one-time-token.ts';
import { newId } from '../../../core/ids.ts';

describe('one-time tokens', () => {
  it('name their row and prove themselves by a hash', () => {
    const userId = newId('usr');
    const { token, hash } = newOneTimeToken('password-reset', userId);
    expect(token).toMatch(/^wharf_pr_[0-9a-z]{26}\.[\w-]{43}$/);
    expect(parseOneTimeToken('password-reset', token)).toEqual({ id: userId, hash });
    expect(newOneTimeToken('password-reset', userId).hash).not.toBe(hash);
  });

  it('are good for their purpose alone', () => {
    const { token } = newOneTimeToken('invite', newId('inv'));
    expect(parseOneTimeToken('password-reset', token)).toBeUndefined();
    expect(parseOneTimeToken('invite', token.slice(0, -1))).toBeUndefined();
    expect(parseOneTimeToken('invite', `${token}A`)).toBeUndefined();
    expect(parseOneTimeToken('invite', '')).toBeUndefined();
  });

  it('are compared as wholes', () => {
    const { hash } = newOneTimeToken('invite', newId('inv'));
    expect(isSameHash(hash, hash)).toBe(true);
    expect(isSameHash(hash, undefined)).toBe(false);
    expect(isSameHash(hash, hash.slice(1))).toBe(false);
    expect(
      isSameHash(
        hash,
        hash.replace(/^./, (first) => (first === '0' ? '1' : '0')),
      ),
    ).toBe(false);
  });
});
