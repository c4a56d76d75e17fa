import type { UserRole } from './principal.ts';

/** An account. The user is the tenant: `userId` is the tenant id of everything below it. */
export interface User {
  readonly userId: string;
  /** As typed at registration; compared in lower case. */
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
  /** PHC string, see `hashPassword`. */
  readonly passwordHash: string;
  /** Name of a plan; missing means the default one of the deployment, whichever that is at the time. */
  readonly plan?: string;
  /** A token to set the password without the old one, see `password-reset.ts`: its SHA-256 and its end. */
  readonly resetHash?: string;
  readonly resetExpiresAtMs?: number;
  /** ISO 8601. Nobody gets in while it is there: no login, no token, no key. */
  readonly suspendedAt?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}
