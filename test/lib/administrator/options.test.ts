import { expect, it } from 'vitest';
import { readAdministratorOptions } from '../../../lib/administrator/options.ts';

it('takes production on AWS and local on one machine', () => {
  const base = { email: 'you@example.com', name: 'Administrator', table: undefined };
  expect(readAdministratorOptions(['--email', 'you@example.com'])).toEqual({
    ...base,
    stage: 'production',
    endpoints: undefined,
  });
  const local = readAdministratorOptions(['--email', 'you@example.com', '--endpoints', 'e.json']);
  expect(local).toEqual({ ...base, stage: 'local', endpoints: 'e.json' });
});

it.each([
  ['no address', [], /--email/],
  ['what is no address', ['--email', 'you'], /--email/],
  ['an empty name', ['--email', 'you@example.com', '--name', ' '], /--name/],
  ['an unknown option', ['--email', 'you@example.com', '--role', 'admin'], /--role/],
])('refuses %s', (_, args, message) => {
  expect(() => readAdministratorOptions(args)).toThrow(message);
});
