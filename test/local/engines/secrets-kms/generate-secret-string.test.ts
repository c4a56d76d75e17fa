import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateSecretString } from '../../../../local/engines/secrets-kms/generate-secret-string.ts';

describe('generateSecretString', () => {
  it('keeps to its rules', () => {
    const kinds = { lowercase: /[a-z]/, uppercase: /[A-Z]/, numbers: /[0-9]/, punctuation: /[^a-zA-Z0-9 ]/ };
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 100 }),
        fc.subarray(Object.keys(kinds) as (keyof typeof kinds)[], { maxLength: 3 }),
        fc.boolean(),
        (PasswordLength, excluded, IncludeSpace) => {
          const secret = generateSecretString({
            PasswordLength,
            IncludeSpace,
            ExcludeLowercase: excluded.includes('lowercase'),
            ExcludeUppercase: excluded.includes('uppercase'),
            ExcludeNumbers: excluded.includes('numbers'),
            ExcludePunctuation: excluded.includes('punctuation'),
          });
          expect(secret).toHaveLength(PasswordLength);
          for (const [kind, pattern] of Object.entries(kinds)) {
            expect(pattern.test(secret)).toBe(!excluded.includes(kind as keyof typeof kinds));
          }
          expect(secret.includes(' ')).toBe(IncludeSpace);
        },
      ),
    );
  });

  it('puts the secret into the template, without the characters excluded', () => {
    const text = generateSecretString({
      SecretStringTemplate: '{"user":"admin"}',
      GenerateStringKey: 'password',
      ExcludeCharacters: '"\\abc',
    });
    const { user, password } = JSON.parse(text) as { user: string; password: string };
    expect(user).toBe('admin');
    expect(password).toMatch(/^[^"\\abc]{32}$/);
  });

  it('refuses rules that leave nothing', () => {
    expect(() => generateSecretString({ PasswordLength: 2 })).toThrow(/2 characters/);
    const nothing = { ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true };
    expect(() => generateSecretString(nothing)).toThrow(/exclude all/);
  });
});
