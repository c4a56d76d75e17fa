/** A question to WhatsApp, or something to be done there at once: it needs the socket, and somebody waits for the answer. */
export type Call =
  | { readonly kind: 'contact.check'; readonly phones: readonly string[] }
  | { readonly kind: 'contact.profile'; readonly contactId: string }
  | { readonly kind: 'group.list' }
  | { readonly kind: 'group.info'; readonly groupId: string }
  | { readonly kind: 'group.create'; readonly subject: string; readonly participants: readonly string[] }
  | {
      readonly kind: 'group.participants';
      readonly groupId: string;
      readonly action: 'add' | 'remove' | 'promote' | 'demote';
      readonly participants: readonly string[];
    }
  | { readonly kind: 'group.subject'; readonly groupId: string; readonly subject: string }
  | { readonly kind: 'group.description'; readonly groupId: string; readonly description: string }
  | {
      readonly kind: 'group.settings';
      readonly groupId: string;
      /** Only administrators write. */
      readonly announce?: boolean;
      /** Only administrators change subject, description and picture. */
      readonly locked?: boolean;
      readonly disappearingSeconds?: number;
    }
  | { readonly kind: 'group.invite'; readonly groupId: string; readonly renew: boolean }
  | { readonly kind: 'group.join'; readonly inviteCode: string }
  | { readonly kind: 'group.leave'; readonly groupId: string }
  | { readonly kind: 'chat.disappearing'; readonly chatId: string; readonly seconds: number }
  | { readonly kind: 'presence.subscribe'; readonly chatId: string };

export type CallKind = Call['kind'];

/** Why a call has no result; the API answers each with a code of its own. */
export type CallFailure =
  | 'not_connected'
  | 'not_found'
  | 'not_allowed'
  | 'invalid'
  | 'rate_limited'
  | 'timed_out'
  | 'refused';

/** The row of a call: written by the API, answered by the connector, gone after minutes. */
export interface CallRow {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly callId: string;
  readonly call: Call;
  readonly status: 'asked' | 'done' | 'failed';
  /** Of `done`: as `CallResult` says for the kind. */
  readonly result?: unknown;
  readonly failure?: CallFailure;
  readonly createdAt: string;
  readonly expiresAtSeconds: number;
}
