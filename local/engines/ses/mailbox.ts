/** A mail as the control page shows it. */
export interface SentMail {
  readonly messageId: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** ISO 8601. */
  readonly sentAt: string;
}

/** More than anybody reads; a trial that asks for thousands of mails must not fill the runner's memory. */
const mailsMax = 200;

/** The last mails, newest last, in memory only: they hold one-time tokens. */
export class Mailbox {
  readonly #mails: SentMail[] = [];

  put(mail: SentMail): void {
    this.#mails.push(mail);
    this.#mails.splice(0, this.#mails.length - mailsMax);
  }

  /** All of them, or those to one address in whatever case. */
  list(to?: string): readonly SentMail[] {
    const wanted = to?.toLowerCase();
    return this.#mails.filter((mail) => wanted === undefined || mail.to.some((each) => each.toLowerCase() === wanted));
  }
}
