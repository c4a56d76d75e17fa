import type * as z from 'zod/mini';
import { networkOf } from '../../core/accounts/client-network.ts';
import { claimInvite, findInviteClaim, type InviteClaim } from '../../core/accounts/invite.ts';
import { hashPassword } from '../../core/accounts/password-hash.ts';
import type { User } from '../../core/accounts/user.ts';
import { newId } from '../../core/ids.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { type AuthParts, originNote, type RequestOrigin } from './auth-parts.ts';
import type { registerBody } from './schemas.ts';
import { refuseWeakPassword } from './weak-password.ts';

export type RegisterParts = Pick<
  AuthParts,
  'control' | 'users' | 'audit' | 'registrationMode' | 'registrationRules' | 'requestThrottle' | 'now'
>;
type RegisterBody = z.output<typeof registerBody>;

/**
 * Opens an account: for everybody where registration is open, for who has an invite where it takes invites. Throws
 * `REGISTRATION_CLOSED`, `INVITE_INVALID`, `REGISTRATION_THROTTLED` for a client network that opens many, `EMAIL_TAKEN`, or `VALIDATION_FAILED` for a password that everybody tries first.
 */
export async function register(body: RegisterBody, origin: RequestOrigin, parts: RegisterParts): Promise<User> {
  const { control, users, audit } = parts;
  const claim = await claimOf(body, parts);
  refuseWeakPassword(body.password, body.email, '/password');
  if (claim === undefined) await admitRegistration(origin, parts);
  if ((await users.findByEmail(body.email)) !== undefined) throw new WharfError('EMAIL_TAKEN');
  const user = await newUser(body, parts);
  const { userId, createdAt: at } = user;
  const note = { tenantId: userId, actor: { kind: 'anyone' }, ...originNote(origin) } as const;
  const outcome = await users.create(user, [
    audit.entryItem({ ...note, action: 'account.registered', ...(claim && { subjectId: claim.inviteId }) }),
    ...(claim === undefined ? [] : [claimInvite(control.tableName, claim, { userId, at })]),
  ]);
  // Two registrations at once may both get here; the table lets one through.
  if (outcome === 'email-taken') throw new WharfError('EMAIL_TAKEN');
  if (outcome === 'refused') throw new WharfError('INVITE_INVALID');
  return user;
}

/** Before anybody learns whether an address is taken, and before a password is hashed. An invite is throttle enough for itself. */
async function admitRegistration({ client }: RequestOrigin, parts: RegisterParts): Promise<void> {
  const { requestThrottle, registrationRules: rules } = parts;
  const admission = await requestThrottle.admit([{ purpose: 'register', text: networkOf(client.address), rules }]);
  if (admission.kind === 'admitted') return;
  const { retryAfterSeconds } = admission;
  throw new WharfError('REGISTRATION_THROTTLED', {
    detail: `Try again in ${retryAfterSeconds} s.`,
    extra: { retryAfterSeconds },
  });
}

/** The invite that lets somebody in, or undefined where nobody needs one. Costs one read, and no password is hashed before it. */
async function claimOf(
  { email, inviteToken }: RegisterBody,
  { control, registrationMode, now }: RegisterParts,
): Promise<InviteClaim | undefined> {
  if (registrationMode === 'closed') {
    throw new WharfError('REGISTRATION_CLOSED', { detail: 'Ask the operator of this service for an account.' });
  }
  if (inviteToken === undefined) {
    if (registrationMode === 'open') return undefined;
    throw new WharfError('REGISTRATION_CLOSED', { detail: 'Registration takes an invite: send it as inviteToken.' });
  }
  const claim = await findInviteClaim(control, { token: inviteToken, email, nowMs: now() });
  if (claim === undefined) throw new WharfError('INVITE_INVALID');
  return claim;
}

async function newUser({ email, name, password }: RegisterBody, { now }: RegisterParts): Promise<User> {
  const at = new Date(now()).toISOString();
  const passwordHash = await hashPassword(password);
  return { userId: newId('usr'), email, name, role: 'user', passwordHash, createdAt: at, updatedAt: at };
}
