import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { decodeJwt, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createAccessTokenIssuer } from '../../../core/accounts/issue-access-token.ts';
import { createAccessTokenVerifier } from '../../../core/accounts/verify-access-token.ts';

const key = randomBytes(32);
const clock = { nowMs: Date.parse('2026-11-22T10:00:00Z') };
const options = { signingKey: async () => key, now: () => clock.nowMs };
const issue = createAccessTokenIssuer(options);
const verify = createAccessTokenVerifier(options);
const user = { userId: 'usr_1', role: 'user' } as const;

describe('access tokens', () => {
  it('are JWTs that another library takes', async () => {
    const { token } = await issue(user);
    const { payload, protectedHeader } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      issuer: 'wharf',
      audience: 'wharf-api',
      typ: 'at+jwt',
      currentDate: new Date(clock.nowMs),
    });
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'at+jwt' });
    expect(payload).toMatchObject({ sub: 'usr_1', role: 'user', jti: expect.any(String) });
    expect(await verify(token)).toEqual({ userId: 'usr_1' });
  });

  it('are refused with any character changed, added or taken away', async () => {
    const { token } = await issue(user);
    const characters = fc.constantFrom(...'ABCabc012-_.= ');
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length), fc.nat(1), characters, async (at, cut, character) => {
        const changed = token.slice(0, at) + character + token.slice(at + cut);
        fc.pre(changed !== token);
        await expect(verify(changed)).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID' });
      }),
      { numRuns: 2_000 },
    );
  });

  it('are refused whatever text comes, never with another error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.string({ minLength: 1_000 })), async (text) => {
        await expect(verify(text)).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID' });
      }),
    );
  });

  it('say what they must even when the signature is right', async () => {
    const claims = decodeJwt((await issue(user)).token);
    const sign = (change: object) =>
      new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(key);
    expect(await verify(await sign({}))).toEqual({ userId: 'usr_1' });
    const broken = [
      { iss: 'other' },
      { aud: 'other' },
      { aud: ['wharf-api', 'other'] },
      { sub: '' },
      { role: 'owner' },
      { exp: undefined },
      { nbf: undefined },
      { iat: undefined },
      { nbf: Math.floor(clock.nowMs / 1_000) + 1 },
    ];
    for (const change of broken) {
      await expect(verify(await sign(change)), JSON.stringify(change)).rejects.toMatchObject({
        code: 'CREDENTIAL_INVALID',
      });
    }
    await expect(verify(await sign({ exp: Math.floor(clock.nowMs / 1_000) }))).rejects.toMatchObject({
      code: 'CREDENTIAL_EXPIRED',
    });
  });
});
