import { beforeEach, expect, it } from 'vitest';
import { Account, lidOf } from '../../../simulator/accounts/account.ts';
import { memoryStore } from '../../../simulator/storage/store.ts';

const phones = { ann: '491790000001', bob: '491790000002' };
const toAnn = { phone: phones.ann, device: 0 };
const toBob = { phone: phones.bob, device: 0 };
let ann: Account;
let bob: Account;

const account = (phone: string) =>
  new Account({ phone, lid: lidOf(phone), name: phone, nextDevice: 1, appState: undefined }, memoryStore);

beforeEach(() => {
  ann = account(phones.ann);
  bob = account(phones.bob);
});

it('carries messages both ways, whatever their order', async () => {
  await ann.cipher.openSession(toBob, bob.keys.issueBundle());
  const first = await ann.cipher.encrypt(toBob, Buffer.from('first'));
  expect(first.type).toBe('pkmsg');
  expect(await bob.cipher.decrypt(toAnn, first.type, first.ciphertext)).toEqual(Buffer.from('first'));
  const answers = [];
  for (const text of ['a', 'b', 'c']) answers.push(await bob.cipher.encrypt(toAnn, Buffer.from(text)));
  for (const [index, text] of [...[...'abc'].entries()].reverse()) {
    const answer = answers[index];
    expect(answer?.type).toBe('msg');
    const plaintext = await ann.cipher.decrypt(toBob, 'msg', answer?.ciphertext ?? Buffer.alloc(0));
    expect(plaintext).toEqual(Buffer.from(text));
  }
});

it('decrypts over an older session after a newer one was opened, without harm to the newer', async () => {
  await ann.cipher.openSession(toBob, bob.keys.issueBundle());
  const opening = await ann.cipher.encrypt(toBob, Buffer.from('open'));
  await bob.cipher.decrypt(toAnn, 'pkmsg', opening.ciphertext);
  const old = await bob.cipher.encrypt(toAnn, Buffer.from('old session'));
  await ann.cipher.openSession(toBob, bob.keys.issueBundle());
  const reopening = await ann.cipher.encrypt(toBob, Buffer.from('open again'));
  expect(await ann.cipher.decrypt(toBob, 'msg', old.ciphertext)).toEqual(Buffer.from('old session'));
  await bob.cipher.decrypt(toAnn, 'pkmsg', reopening.ciphertext);
  const fresh = await bob.cipher.encrypt(toAnn, Buffer.from('new session'));
  expect(await ann.cipher.decrypt(toBob, 'msg', fresh.ciphertext)).toEqual(Buffer.from('new session'));
});

it('refuses an altered text and a second use of a key, and goes on afterwards', async () => {
  await ann.cipher.openSession(toBob, bob.keys.issueBundle());
  const { ciphertext } = await ann.cipher.encrypt(toBob, Buffer.from('once'));
  const altered = Buffer.from(ciphertext);
  altered[altered.length - 8] = (altered.at(-8) ?? 0) ^ 1;
  await expect(bob.cipher.decrypt(toAnn, 'pkmsg', altered)).rejects.toThrow();
  expect(await bob.cipher.decrypt(toAnn, 'pkmsg', ciphertext)).toEqual(Buffer.from('once'));
  await expect(bob.cipher.decrypt(toAnn, 'pkmsg', ciphertext)).rejects.toThrow();
  const next = await ann.cipher.encrypt(toBob, Buffer.from('next'));
  expect(await bob.cipher.decrypt(toAnn, next.type, next.ciphertext)).toEqual(Buffer.from('next'));
});

it('opens no session with a bundle whose signature is false', async () => {
  const bundle = bob.keys.issueBundle();
  const signature = Buffer.alloc(64, 7);
  const forged = { ...bundle, signedPreKey: { ...bundle.signedPreKey, signature } };
  await expect(ann.cipher.openSession(toBob, forged)).rejects.toThrow(/false signature/);
});
