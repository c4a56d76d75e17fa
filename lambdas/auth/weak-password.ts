import { isCommonPassword } from '../../core/accounts/common-passwords.ts';
import { WharfError } from '../../core/wharf-error.ts';

/** Throws `VALIDATION_FAILED` for a password that is tried first: a common one, or the address itself. */
export function refuseWeakPassword(password: string, email: string, pointer: string): void {
  if (!isCommonPassword(password) && password.toLowerCase() !== email.toLowerCase()) return;
  const message = 'This password is one of those that are tried first.';
  throw new WharfError('VALIDATION_FAILED', { detail: message, errors: [{ pointer, message }] });
}
