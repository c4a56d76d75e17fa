/** What an account may use. The operator names plans and sets their numbers; an administrator gives a user one of them. */
export interface Plan {
  readonly name: string;
  /** Sessions of the account, linked or not. */
  readonly sessions: number;
  /** Messages that the account may send in one day, counted in UTC. */
  readonly messagesPerDay: number;
  /** Requests per minute and key; the whole minute's worth may come at once. */
  readonly requestsPerMinute: number;
  /** WhatsApp sends per minute and session: low, because fast unofficial senders are banned. */
  readonly sendsPerMinute: number;
  /** Webhooks of one session; the account-wide ones are counted as one more session. */
  readonly webhooksPerSession: number;
  /** Days for which messages are kept. */
  readonly retentionDays: number;
}

export type PlanLimits = Omit<Plan, 'name'>;

/** All plans by name. */
export type Plans = ReadonlyMap<string, Plan>;
