import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLoginThrottle, type LoginThrottle } from '../../../core/accounts/login-throttle.ts';
import { newId } from '../../../core/ids.ts';
import { type ControlTable, startControlTable } from '../support/control-table.ts';

let table: ControlTable;
let throttle: LoginThrottle;
let now = Date.UTC(2026, 10, 22);
beforeAll(async () => {
  table = await startControlTable();
  throttle = createLoginThrottle({ ...table, now: () => now });
});
afterAll(() => table.stop());

let addresses = 0;
function someAddress(): string {
  addresses++;
  return `198.51.${Math.floor(addresses / 256)}.${addresses % 256}`;
}

function someEmail(): string {
  return `${newId('usr')}@example.com`;
}

async function fail(email: string, address: string): Promise<'evaluated' | number> {
  const admission = await throttle.admit({ email, address });
  return admission.kind === 'admitted' ? 'evaluated' : admission.retryAfterSeconds;
}

describe('login throttle', () => {
  it('evaluates five of 200 tries on one account at one moment, each from an address of its own', async () => {
    const email = someEmail();
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => fail(email, someAddress())));
    expect(outcomes.filter((outcome) => outcome === 'evaluated')).toHaveLength(5);
  });

  it('evaluates at most 20 of 1,000 tries on one account, one a second from 16 addresses', async () => {
    const email = someEmail();
    const from = Array.from({ length: 16 }, someAddress);
    let evaluated = 0;
    for (let tried = 0; tried < 1_000; tried += 4) {
      const outcomes = await Promise.all([0, 1, 2, 3].map((n) => fail(email, from[(tried + n) % 16]!)));
      evaluated += outcomes.filter((outcome) => outcome === 'evaluated').length;
      now += 4_000;
    }
    expect(evaluated).toBeGreaterThan(5);
    expect(evaluated).toBeLessThanOrEqual(20);
  });

  it('lets a caller try again after the wait it was told, and not before', async () => {
    const email = someEmail();
    const address = someAddress();
    for (let tried = 0; tried < 5; tried++) expect(await fail(email, address)).toBe('evaluated');
    expect(await fail(email, address)).toBe(30);
    now += 29_000;
    expect(await fail(email.toUpperCase(), address)).toBe(1);
    now += 1_000;
    expect(await fail(email, address)).toBe('evaluated');
    expect(await fail(email, address)).toBe(60);
  });

  it('begins anew after a success', async () => {
    const email = someEmail();
    const address = someAddress();
    for (let tried = 0; tried < 4; tried++) await fail(email, address);
    const admission = await throttle.admit({ email, address });
    if (admission.kind === 'admitted') await throttle.succeeded(admission);
    for (let tried = 0; tried < 5; tried++) expect(await fail(email, address)).toBe('evaluated');
    expect(await fail(email, address)).toBe(30);
  });

  it('lets the owner in from a known address while a stranger keeps the account full', async () => {
    const email = someEmail();
    const home = someAddress();
    const first = await throttle.admit({ email, address: home });
    if (first.kind === 'admitted') await throttle.succeeded(first);
    for (let tried = 0; tried < 8; tried++) await fail(email, someAddress());
    expect(await fail(email, someAddress())).toBe(30);

    const again = await throttle.admit({ email, address: home });
    expect(again).toMatchObject({ kind: 'admitted', paidBy: 'known' });
    if (again.kind === 'admitted') await throttle.succeeded(again);
    // The owner's login gives the stranger nothing.
    expect(await fail(email, someAddress())).toBe(30);
    now += 31 * 24 * 3_600_000;
    expect(await throttle.admit({ email, address: home })).toMatchObject({ kind: 'admitted', paidBy: 'account' });
  });

  it('slows one address down that sprays many accounts, and its own logins do not help it', async () => {
    const address = someAddress();
    for (let tried = 0; tried < 49; tried++) expect(await fail(someEmail(), address)).toBe('evaluated');
    const own = await throttle.admit({ email: someEmail(), address });
    if (own.kind === 'admitted') await throttle.succeeded(own);
    expect(await fail(someEmail(), address)).toBe('evaluated');
    expect(await fail(someEmail(), address)).toBe(10);
    expect(await fail(someEmail(), someAddress())).toBe('evaluated');
  });

  it('takes 40 right logins from one office at once', async () => {
    const address = someAddress();
    const admissions = await Promise.all(
      Array.from({ length: 40 }, () => throttle.admit({ email: someEmail(), address })),
    );
    expect(admissions.every((admission) => admission.kind === 'admitted')).toBe(true);
  });

  it('clears an account whose password was reset', async () => {
    const email = someEmail();
    for (let tried = 0; tried < 5; tried++) await fail(email, someAddress());
    await throttle.clear(email);
    expect(await fail(email, someAddress())).toBe('evaluated');
  });

  it('stores no e-mail address and no address', async () => {
    await fail('planted-password-in-the-wrong-field', '203.0.113.99');
    const { Items = [] } = await table.dynamodb.send(new ScanCommand({ TableName: table.tableName }));
    expect(JSON.stringify(Items)).not.toMatch(/planted|203\.0\.113\.99/);
  });
});
