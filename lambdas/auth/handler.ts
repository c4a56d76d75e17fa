import { createAccessTokenIssuer } from '../../core/accounts/issue-access-token.ts';
import { createUserRepository } from '../../core/accounts/user-repository.ts';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { notFound } from '../../core/http/not-found.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { createApiParts } from '../shared/api-parts.ts';
import { createIdempotencyParts } from '../shared/idempotency-parts.ts';
import { bind, bindList } from '../shared/operation.ts';
import { answerPage } from '../shared/paging.ts';
import { createApiKey } from './create-api-key.ts';
import { logIn } from './log-in.ts';
import { authOperations } from './operations.ts';
import { presentAccount, presentKey } from './present.ts';
import { register } from './register.ts';

const { logger, control, keys, tokenKey, cursors, authenticate, limits } = createApiParts('auth');
const { idempotency } = createIdempotencyParts(control);
const issueToken = createAccessTokenIssuer({ signingKey: tokenKey });
const users = createUserRepository(control);
const registrationMode = requireEnvironment(environmentNames.registrationMode);
const now = Date.now;

/** Accounts, login and API keys. */
export const handler = createApiHandler({
  logger,
  authenticate,
  limits,
  idempotency,
  operations: [
    bind(authOperations.register, async ({ body }) => ({
      data: presentAccount(await register(body, { users, registrationMode, now })),
    })),
    bind(authOperations.login, async ({ body }) => ({ data: await logIn(body, { users, issueToken }) })),
    bind(authOperations.me, async ({ principal }) => {
      const user = await users.find(principal.userId);
      if (user === undefined) throw notFound('account');
      return { data: presentAccount(user) };
    }),
    bind(authOperations.createKey, async ({ principal, body }) => ({
      data: await createApiKey(principal.tenantId, body, { keys, now }),
    })),
    bindList(authOperations.listKeys, ({ principal: { tenantId }, query }) =>
      answerPage({
        cursors,
        list: `${tenantId}/api-keys`,
        query,
        read: (page) => keys.list(tenantId, page),
        present: presentKey,
      }),
    ),
    bind(authOperations.deleteKey, async ({ principal, path }) => {
      const keyId = path('keyId');
      if (!(await keys.revoke(principal.tenantId, keyId))) throw notFound('API key');
      return { data: { keyId, deleted: true } };
    }),
  ],
});
