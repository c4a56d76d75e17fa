import { boundedText } from '../bounded-text.ts';

/** What an account's trail tells. Names are promised stable; a name that is not here does not compile. */
export const auditActions = [
  'account.registered',
  'account.plan_changed',
  'account.role_changed',
  'account.suspended',
  'account.restored',
  'login.succeeded',
  'login.failed',
  'login.throttled',
  'login.ended',
  'refresh_token.reused',
  'password.changed',
  'password.reset_issued',
  'password.reset',
  'invite.created',
  'invite.deleted',
  'api_key.created',
  'api_key.first_used',
  'api_key.revoked',
  'session.created',
  'session.logged_out',
  'session.deleted',
  'webhook.created',
  'webhook.changed',
  'webhook.deleted',
  'webhook.secret_revealed',
  'webhook.secret_rotated',
] as const;

export type AuditAction = (typeof auditActions)[number];

/** Who did it. `id` is a user or key; `system` is Wharf itself, and `anyone` somebody without a credential. */
export interface AuditActor {
  readonly kind: 'user' | 'admin' | 'account-key' | 'session-key' | 'system' | 'anyone';
  readonly id?: string;
}

export interface AuditNote {
  readonly tenantId: string;
  readonly action: AuditAction;
  readonly actor: AuditActor;
  /** Id of what it was done to, for example a key. Never a secret, a message or a whole e-mail address. */
  readonly subjectId?: string;
  /** A few more facts, for example the last four characters of a key. */
  readonly details?: Readonly<Record<string, string>>;
  readonly address?: string;
  readonly userAgent?: string;
  readonly requestId?: string;
}

export interface AuditEntry extends AuditNote {
  readonly auditId: string;
  /** ISO 8601. */
  readonly at: string;
}

const idLengthMax = 80;
/** An IPv6 address in its longest spelling. */
const addressLengthMax = 45;
const userAgentLengthMax = 256;
const detailsMax = 10;
const detailLengthMax = 200;

/** A note as it may be stored: what comes from outside is cleaned and cut, so that an entry stays below 4 kB. */
export function boundNote(note: AuditNote): AuditNote {
  const { actor, subjectId, details, address, userAgent, requestId } = note;
  return {
    tenantId: note.tenantId,
    action: note.action,
    actor: { kind: actor.kind, ...(actor.id !== undefined && { id: boundedText(actor.id, idLengthMax) }) },
    ...(subjectId !== undefined && { subjectId: boundedText(subjectId, idLengthMax) }),
    ...(details !== undefined && { details: boundDetails(details) }),
    ...(address !== undefined && { address: boundedText(address, addressLengthMax) }),
    ...(userAgent !== undefined && { userAgent: boundedText(userAgent, userAgentLengthMax) }),
    ...(requestId !== undefined && { requestId: boundedText(requestId, idLengthMax) }),
  };
}

function boundDetails(details: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(details).slice(0, detailsMax);
  return Object.fromEntries(
    kept.map(([name, value]) => [boundedText(name, idLengthMax), boundedText(value, detailLengthMax)]),
  );
}
