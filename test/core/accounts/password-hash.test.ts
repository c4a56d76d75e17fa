import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashPassword, needsRehash, unmatchableHash, verifyPassword } from '../../../core/accounts/password-hash.ts';

/** A hash as it would be made with other parameters, from the primitive itself. */
function scryptHash(password: string, costLog2: number): string {
  const salt = Buffer.from('0123456789abcdef');
  const digest = scryptSync(password, salt, 32, { N: 2 ** costLog2, r: 8, p: 5 });
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=${costLog2},r=8,p=5$${text(salt)}$${text(digest)}`;
}

describe('password hashes', () => {
  it('verifies the password exactly as typed and no other', async () => {
    const password = ' Pässwörd \u{1f600} ';
    const hash = await hashPassword(password);
    expect(await verifyPassword(password, hash)).toBe(true);
    for (const other of [password.trim(), password.toLowerCase(), password.normalize('NFD'), '']) {
      expect(await verifyPassword(other, hash)).toBe(false);
    }
  });

  it('names its parameters and salts every hash', async () => {
    const [first, second] = await Promise.all([hashPassword('the same words'), hashPassword('the same words')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
    expect(needsRehash(first)).toBe(false);
  });

  it('verifies hashes of scrypt and asks for a new one', async () => {
    for (const costLog2 of [10, 14]) {
      const hash = scryptHash('old password', costLog2);
      expect(await verifyPassword('old password', hash)).toBe(true);
      expect(await verifyPassword('old passwore', hash)).toBe(false);
      expect(needsRehash(hash)).toBe(true);
    }
  });

  it('has a hash that nothing matches and that costs what others cost', async () => {
    expect(await verifyPassword('', unmatchableHash)).toBe(false);
    expect(needsRehash(unmatchableHash)).toBe(false);
  });

  it('throws on a stored text that is no hash, and does not quote it', async () => {
    for (const text of ['', 'secret', '$argon2i$v=19$m=1,t=1,p=1$aa$bb', '$scrypt$ln=14$x$y']) {
      await expect(verifyPassword('x', text)).rejects.toThrow('A stored password hash has an unknown form.');
    }
  });
});
