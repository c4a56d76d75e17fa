import type { ApiKeyRepository } from '../../core/accounts/api-key-repository.ts';
import type { IssueAccessToken } from '../../core/accounts/issue-access-token.ts';
import type { LoginThrottle } from '../../core/accounts/login-throttle.ts';
import type { ThrottleRules } from '../../core/accounts/login-throttle-rules.ts';
import type { RefreshTokens } from '../../core/accounts/refresh-tokens.ts';
import type { RequestClient } from '../../core/accounts/request-client.ts';
import type { RequestThrottle } from '../../core/accounts/request-throttle.ts';
import type { SendResetWish } from '../../core/accounts/reset-wish.ts';
import type { UserRepository } from '../../core/accounts/user-repository.ts';
import type { AuditTrail } from '../../core/audit/audit-trail.ts';
import type { Table } from '../../core/storage/table.ts';

export type RegistrationMode = 'open' | 'invite' | 'closed';

/** What the operations on accounts, logins and keys work with. */
export interface AuthParts {
  readonly control: Table;
  readonly users: UserRepository;
  readonly keys: ApiKeyRepository;
  readonly throttle: LoginThrottle;
  readonly requestThrottle: RequestThrottle;
  /** Undefined where no sender of mails is set up. */
  readonly sendResetWish: SendResetWish | undefined;
  readonly refreshTokens: RefreshTokens;
  readonly issueToken: IssueAccessToken;
  readonly audit: AuditTrail;
  readonly registrationMode: RegistrationMode;
  /** How often one client network may open an account, where everybody may. */
  readonly registrationRules: ThrottleRules;
  readonly now: () => number;
}

/** Where a request came from, as the trail notes it. */
export interface RequestOrigin {
  readonly client: RequestClient;
  readonly requestId: string;
}

/** @example registrationModeOf('invite') // 'invite'; throws for what is none */
export function registrationModeOf(text: string): RegistrationMode {
  if (text === 'open' || text === 'invite' || text === 'closed') return text;
  throw new Error(`REGISTRATION_MODE is none of open, invite, closed: ${text}.`);
}

/** The part of a note that says from where. */
export function originNote({ client, requestId }: RequestOrigin) {
  return { address: client.address, userAgent: client.userAgent, requestId };
}
