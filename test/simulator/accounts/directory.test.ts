import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lidOf } from '../../../simulator/accounts/account.ts';
import { Directory, isPhoneNumber } from '../../../simulator/accounts/directory.ts';
import { memoryStore } from '../../../simulator/storage/store.ts';

it('makes accounts on first use and finds them by every address', () => {
  const directory = new Directory(memoryStore, (phone, isKnown) => isKnown || !phone.endsWith('000000'));
  const account = directory.own('491790000010', 'Ann');
  expect(directory.use('491790000010')).toBe(account);
  expect(directory.resolve('491790000010:3@s.whatsapp.net')).toMatchObject({ jid: { device: 3, form: 'pn' } });
  expect(directory.resolve(account?.jid('lid'))?.account).toBe(account);
  expect(directory.resolve('12345678901234@lid')).toBeUndefined();
  expect(directory.resolve('120363000000000000@g.us')).toBeUndefined();
  expect(directory.resolve('@s.whatsapp.net')).toBeUndefined();
  expect(directory.use('491791000000')).toBeUndefined();
  expect(directory.own('491791000000')).toBe(directory.use('491791000000'));
  expect(directory.use('0491')).toBeUndefined();
});

it('gives every number a hidden id of 15 digits that is no phone number of its own', () => {
  const phone = fc.bigInt({ min: 1_000_000n, max: 999_999_999_999_999n }).map(String);
  fc.assert(
    fc.property(phone, (number) => {
      expect(isPhoneNumber(number)).toBe(true);
      expect(lidOf(number)).toMatch(/^2\d{14}$/);
      expect(lidOf(number)).toBe(lidOf(number));
      expect(lidOf(number)).not.toBe(number);
    }),
  );
});
