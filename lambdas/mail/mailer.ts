import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** `refused`: SES will not send this letter however often it is asked, for example to a recipient that its sandbox does not know. */
export type SendMail = (letter: Letter) => Promise<'sent' | 'refused'>;

/** By name, because the bundle leaves out the classes of errors that carry nothing. */
const refusals: ReadonlySet<string> = new Set(['MessageRejected', 'BadRequestException']);

/**
 * Sends plain text through SES. Throws what a later try may mend: throttling, a sender that is not verified yet, a pause of the account.
 *
 * @example await createMailer({ ses, from: 'no-reply@example.com' })({ to, subject, text })
 */
export function createMailer({ ses, from }: { readonly ses: SESv2Client; readonly from: string }): SendMail {
  return async ({ to, subject, text }) => {
    const content = (data: string) => ({ Data: data, Charset: 'UTF-8' });
    try {
      await ses.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [to] },
          Content: { Simple: { Subject: content(subject), Body: { Text: content(text) } } },
        }),
      );
      return 'sent';
    } catch (error) {
      if (error instanceof Error && refusals.has(error.name)) return 'refused';
      throw error;
    }
  };
}
