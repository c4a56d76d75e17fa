import { SQSClient } from '@aws-sdk/client-sqs';
import { createAccessTokenIssuer } from '../../core/accounts/issue-access-token.ts';
import { createLoginThrottle } from '../../core/accounts/login-throttle.ts';
import { registrationRules } from '../../core/accounts/login-throttle-rules.ts';
import { createRefreshTokens } from '../../core/accounts/refresh-tokens.ts';
import { createRequestThrottle } from '../../core/accounts/request-throttle.ts';
import { createResetWishes } from '../../core/accounts/reset-wish.ts';
import { createUserRepository } from '../../core/accounts/user-repository.ts';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { notFound } from '../../core/http/not-found.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { createApiParts, maxAttempts, requestHandler } from '../shared/api-parts.ts';
import { createIdempotencyParts } from '../shared/idempotency-parts.ts';
import { bind, bindList } from '../shared/operation.ts';
import { answerPage } from '../shared/paging.ts';
import { type AuthParts, registrationModeOf } from './auth-parts.ts';
import { changePassword } from './change-password.ts';
import { createApiKey } from './create-api-key.ts';
import { logIn } from './log-in.ts';
import { authOperations } from './operations.ts';
import { presentAccount, presentKey } from './present.ts';
import { logOut, refreshLogin } from './refresh-login.ts';
import { register } from './register.ts';
import { requestPasswordReset } from './request-password-reset.ts';
import { resetPassword } from './reset-password.ts';
import { revokeApiKey } from './revoke-api-key.ts';

const { logger, control, keys, tokenKey, refreshKey, cursors, audit, authenticate, limits } = createApiParts('auth');
const { idempotency } = createIdempotencyParts(control);
/** Empty where no sender of mails is set up. */
const mailsQueueUrl = process.env[environmentNames.mailsQueueUrl];
const parts: AuthParts = {
  control,
  keys,
  audit,
  users: createUserRepository(control),
  throttle: createLoginThrottle(control),
  requestThrottle: createRequestThrottle(control),
  sendResetWish: mailsQueueUrl
    ? createResetWishes({ sqs: new SQSClient({ maxAttempts, requestHandler }), queueUrl: mailsQueueUrl })
    : undefined,
  refreshTokens: createRefreshTokens({ ...control, derivationKey: refreshKey }),
  issueToken: createAccessTokenIssuer({ signingKey: tokenKey }),
  registrationMode: registrationModeOf(requireEnvironment(environmentNames.registrationMode)),
  registrationRules: registrationRules(Number(requireEnvironment(environmentNames.registrationsPerAddress))),
  now: Date.now,
};

/** Accounts, logins and API keys. */
export const handler = createApiHandler({
  logger,
  authenticate,
  limits,
  idempotency,
  operations: [
    bind(authOperations.register, async (request) => ({
      data: presentAccount(await register(request.body, request, parts)),
    })),
    bind(authOperations.login, async (request) => ({ data: await logIn(request.body, request, parts) })),
    bind(authOperations.refresh, async (request) => ({
      data: await refreshLogin(request.body.refreshToken, request, parts),
    })),
    bind(authOperations.logout, async (request) => {
      await logOut(request.body.refreshToken, request, parts);
      return { data: { loggedOut: true } };
    }),
    bind(authOperations.me, async ({ principal }) => {
      const user = await parts.users.find(principal.userId);
      if (user === undefined) throw notFound('account');
      return { data: { ...presentAccount(user), plan: principal.plan.name } };
    }),
    bind(authOperations.changePassword, async (request) => ({
      data: await changePassword({ userId: request.principal.userId, body: request.body, origin: request }, parts),
    })),
    bind(authOperations.requestReset, async (request) => {
      await requestPasswordReset(request.body, request, parts);
      return { data: { requested: true } };
    }),
    bind(authOperations.resetPassword, async (request) => {
      await resetPassword(request.body, request, parts);
      return { data: { passwordChanged: true } };
    }),
    bind(authOperations.createKey, async (request) => ({
      data: await createApiKey(
        { userId: request.principal.userId, keyId: request.reservedId, body: request.body, origin: request },
        parts,
      ),
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
    bind(authOperations.deleteKey, async (request) => {
      const keyId = request.path('keyId');
      await revokeApiKey({ userId: request.principal.userId, keyId, origin: request }, parts);
      return { data: { keyId, deleted: true } };
    }),
  ],
});
