import type { Identity } from '../identity.ts';

/** A person who wants no more messages of a session. */
export interface OptOut {
  readonly contact: Identity;
  /** `keyword`: the person wrote one of the session's words. */
  readonly source: 'api' | 'keyword';
  /** ISO 8601. */
  readonly at: string;
}
