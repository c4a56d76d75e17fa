import { findUser } from '../../core/accounts/find-user.ts';
import { createInvites } from '../../core/accounts/invites.ts';
import { createRefreshTokens } from '../../core/accounts/refresh-tokens.ts';
import type { User } from '../../core/accounts/user.ts';
import { createUserDirectory } from '../../core/accounts/user-directory.ts';
import { notFound } from '../../core/http/not-found.ts';
import { planOf } from '../../core/plans/load-plans.ts';
import type { ApiParts } from '../shared/api-parts.ts';
import { type ApiRequest, type BoundOperation, bind, bindList } from '../shared/operation.ts';
import { answerPage } from '../shared/paging.ts';
import { adminOperations } from './admin-operations.ts';
import { createInvite, deleteInvite } from './administer-invites.ts';
import {
  type AdminParts,
  type AdminRequest,
  changeUser,
  createPasswordReset,
  restoreUser,
  suspendUser,
} from './administer-user.ts';
import { usersByEmail } from './list-users.ts';
import { presentAuditEntry, presentInvite, presentUser } from './present.ts';

/** The operations of administrators. */
export function bindAdminOperations(api: ApiParts): readonly BoundOperation[] {
  const directory = createUserDirectory(api.control);
  const parts: AdminParts = {
    control: api.control,
    findUser: (userId) => findUser(api.control, userId),
    directory,
    refreshTokens: createRefreshTokens({ ...api.control, derivationKey: api.refreshKey }),
    audit: api.audit,
    plans: api.plans,
    now: Date.now,
  };
  const present = (user: User) => presentUser(user, planOf(api.plans, user, api.defaultPlan));
  return [
    bindList(adminOperations.listUsers, ({ query: { email, ...query } }) =>
      answerPage({
        cursors: api.cursors,
        list: 'admin/users',
        query,
        read: (page) => (email === undefined ? directory.list(page) : usersByEmail(api.control, email, parts.findUser)),
        present,
      }),
    ),
    bind(adminOperations.getUser, async ({ path }) => {
      const user = await parts.findUser(path('userId'));
      if (user === undefined) throw notFound('account');
      return { data: present(user) };
    }),
    bind(adminOperations.changeUser, async (request) => ({
      data: present(await changeUser(aimedAt(request), request.body, parts)),
    })),
    bind(adminOperations.suspendUser, async (request) => ({
      data: present(await suspendUser(aimedAt(request), parts)),
    })),
    bind(adminOperations.restoreUser, async (request) => ({
      data: present(await restoreUser(aimedAt(request), parts)),
    })),
    bind(adminOperations.createPasswordReset, async (request) => ({
      data: await createPasswordReset(aimedAt(request), parts),
    })),
    bindList(adminOperations.auditOfUser, async ({ path, query }) => {
      const userId = path('userId');
      if ((await parts.findUser(userId)) === undefined) throw notFound('account');
      return answerPage({
        cursors: api.cursors,
        list: `${userId}/audit`,
        query,
        read: (page) => api.audit.list(userId, page),
        present: presentAuditEntry,
      });
    }),
    ...bindInviteOperations(api),
  ];
}

function bindInviteOperations({ control, audit, cursors }: ApiParts): readonly BoundOperation[] {
  const invites = createInvites(control);
  return [
    bind(adminOperations.createInvite, async (request) => ({
      data: await createInvite(request, request.body, { invites, audit }),
    })),
    bindList(adminOperations.listInvites, ({ query }) =>
      answerPage({ cursors, list: 'admin/invites', query, read: (page) => invites.list(page), present: presentInvite }),
    ),
    bind(adminOperations.deleteInvite, async (request) => {
      const inviteId = request.path('inviteId');
      await deleteInvite(request, inviteId, { invites, audit });
      return { data: { inviteId, deleted: true } };
    }),
  ];
}

function aimedAt({
  principal,
  client,
  requestId,
  path,
}: Pick<ApiRequest<unknown, unknown, 'admin'>, 'principal' | 'client' | 'requestId' | 'path'>): AdminRequest {
  return { principal, client, requestId, userId: path('userId') };
}
