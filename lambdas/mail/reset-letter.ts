import { apiBasePath } from '../../core/http/api-base-path.ts';

/**
 * The letter that brings a token. Nothing in it comes from who asked for it, so that nobody can have Wharf mail words of their own.
 *
 * @example resetLetter({ token, expiresAt, resetUrl: 'https://app.example.com/password#' }).subject
 */
export function resetLetter({
  token,
  expiresAt,
  resetUrl,
}: {
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly resetUrl: string | undefined;
}): { readonly subject: string; readonly text: string } {
  const until = `${expiresAt.slice(0, 16).replace('T', ' ')} UTC`;
  const way =
    resetUrl === undefined
      ? [`Send this token with your new password to POST ${apiBasePath}/auth/password-reset/confirm:`, '', token]
      : ['Open this address to set a new one:', '', `${resetUrl}${token}`];
  const lines = [
    'Somebody asked to set a new password for your account.',
    '',
    ...way,
    '',
    `It works once, until ${until}. If it was not you, there is nothing to do: your password stays as it is.`,
  ];
  return { subject: 'Set a new password', text: `${lines.join('\n')}\n` };
}
