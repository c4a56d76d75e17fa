import type * as z from 'zod/mini';
import { isCommonPassword } from '../../core/accounts/common-passwords.ts';
import { hashPassword } from '../../core/accounts/password-hash.ts';
import type { User } from '../../core/accounts/user.ts';
import type { UserRepository } from '../../core/accounts/user-repository.ts';
import { newId } from '../../core/ids.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { registerBody } from './schemas.ts';

export interface RegisterParts {
  readonly users: Pick<UserRepository, 'create' | 'findByEmail'>;
  /** `open` lets everybody in; every other value nobody. */
  readonly registrationMode: string;
  readonly now: () => number;
}

/**
 * Opens an account. Throws `REGISTRATION_CLOSED`, `EMAIL_TAKEN`, or `VALIDATION_FAILED` for a password that everybody tries first.
 */
export async function register(body: z.output<typeof registerBody>, parts: RegisterParts): Promise<User> {
  if (parts.registrationMode !== 'open') {
    throw new WharfError('REGISTRATION_CLOSED', { detail: 'Ask the operator of this service for an account.' });
  }
  refuseWeakPassword(body);
  if ((await parts.users.findByEmail(body.email)) !== undefined) throw new WharfError('EMAIL_TAKEN');
  const at = new Date(parts.now()).toISOString();
  const user: User = {
    userId: newId('usr'),
    email: body.email,
    name: body.name,
    role: 'user',
    passwordHash: await hashPassword(body.password),
    createdAt: at,
    updatedAt: at,
  };
  // Two registrations at once may both get here; the table lets one through.
  if (!(await parts.users.create(user))) throw new WharfError('EMAIL_TAKEN');
  return user;
}

function refuseWeakPassword({ email, password }: { readonly email: string; readonly password: string }): void {
  if (!isCommonPassword(password) && password.toLowerCase() !== email.toLowerCase()) return;
  const message = 'This password is one of those that are tried first.';
  throw new WharfError('VALIDATION_FAILED', { detail: message, errors: [{ pointer: '/password', message }] });
}
