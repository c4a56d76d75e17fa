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
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}
