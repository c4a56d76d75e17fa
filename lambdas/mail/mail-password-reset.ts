import { issuePasswordReset } from '../../core/accounts/password-reset.ts';
import type { ResetWish } from '../../core/accounts/reset-wish.ts';
import type { UserRepository } from '../../core/accounts/user-repository.ts';
import type { AuditTrail } from '../../core/audit/audit-trail.ts';
import { runTransaction } from '../../core/storage/run-transaction.ts';
import type { Table } from '../../core/storage/table.ts';
import type { SendMail } from './mailer.ts';
import { resetLetter } from './reset-letter.ts';

export interface MailParts {
  readonly control: Table;
  readonly users: Pick<UserRepository, 'findByEmail'>;
  readonly audit: Pick<AuditTrail, 'entryItem'>;
  readonly sendMail: SendMail;
  /** Where the operator's page is that takes the token; the token is put behind it. */
  readonly resetUrl: string | undefined;
  readonly now: () => number;
}

/**
 * Makes a one-time token for the account of an address and mails it there. An address without an account, or with a suspended one, gets
 * nothing. A wish that comes twice makes a second token, which takes the place of the first.
 */
export async function mailPasswordReset(
  { email, client, requestId }: ResetWish,
  { control, users, audit, sendMail, resetUrl, now }: MailParts,
): Promise<'sent' | 'refused' | 'nobody'> {
  const user = await users.findByEmail(email);
  if (user === undefined || user.suspendedAt !== undefined) return 'nobody';
  const { userId } = user;
  const { token, expiresAt, update } = issuePasswordReset(control.tableName, userId, now());
  const note = { tenantId: userId, actor: { kind: 'anyone' }, subjectId: userId, ...client, requestId } as const;
  const refusal = await runTransaction(control.dynamodb, [
    { Update: update },
    audit.entryItem({ ...note, action: 'password.reset_issued', details: { by: 'mail' } }),
  ]);
  if (refusal !== undefined) return 'nobody';
  return sendMail({ to: user.email, ...resetLetter({ token, expiresAt, resetUrl }) });
}
