import { setTimeout as sleep } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Scope } from '../../core/accounts/scopes.ts';
import { createCommandQueue } from '../../core/commands/command-queue.ts';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createEventPublisher } from '../../core/events/publish-event.ts';
import { createWakeFleet } from '../../core/fleet/wake-fleet.ts';
import { createSessionRepository } from '../../core/sessions/session-repository.ts';
import { parseAllowedCidrs } from '../../core/webhooks/guard/address-policy.ts';
import { checkWebhookUrl } from '../../core/webhooks/guard/check-webhook-url.ts';
import { createWebhookDirectory } from '../../core/webhooks/webhook-directory.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { createApiParts, maxAttempts, requestHandler } from '../shared/api-parts.ts';
import { createIdempotencyParts } from '../shared/idempotency-parts.ts';
import { type ApiRequest, bind, bindList } from '../shared/operation.ts';
import { answerPage } from '../shared/paging.ts';
import { changeSession } from './change-session.ts';
import { createPairingCode } from './create-pairing-code.ts';
import { createSession } from './create-session.ts';
import { deleteSession } from './delete-session.ts';
import { getQr } from './get-qr.ts';
import { sessionOperations } from './operations.ts';
import { presentSession, presentStatus } from './present-session.ts';
import { requireSession } from './require-session.ts';
import { sessionNote } from './session-note.ts';
import type { SessionParts } from './session-parts.ts';
import { setDesired } from './set-desired.ts';

const { logger, control, keys, cursors, audit, authenticate, limits } = createApiParts('sessions');
const { sealer, idempotency } = createIdempotencyParts(control);
const allowedCidrs = parseAllowedCidrs(process.env[environmentNames.webhookAllowedCidrs]);

const sqs = new SQSClient({ maxAttempts, requestHandler });

const parts: SessionParts = {
  control,
  sessions: createSessionRepository(control),
  keys,
  webhooks: createWebhookDirectory(control),
  newWebhook: { sealer, checkUrl: (url) => checkWebhookUrl(url, { allowedCidrs }) },
  proxyRules: { allowedCidrs, ports: proxyPorts(process.env[environmentNames.proxyPorts]) },
  shardCount: Number(requireEnvironment(environmentNames.shardCount)),
  publish: createEventPublisher({ sqs, queueUrl: requireEnvironment(environmentNames.eventsQueueUrl) }),
  sendCommand: createCommandQueue({
    sqs,
    queueUrlPrefix: requireEnvironment(environmentNames.shardQueueUrlPrefix),
  }),
  wakeFleet: createWakeFleet({
    fleet: { dynamodb: control.dynamodb, tableName: requireEnvironment(environmentNames.fleetTable) },
    sqs,
    queueUrl: requireEnvironment(environmentNames.wakeQueueUrl),
  }),
  logger,
  now: Date.now,
  sleep,
};

/** 443, and those that the operator opened the connectors' network for. */
function proxyPorts(text = ''): number[] {
  return [443, ...text.split(',').filter(Boolean).map(Number)];
}

/** The session that a request names, in the tenant of its caller. */
function placeOf({
  principal,
  path,
  requestId,
}: Pick<ApiRequest<unknown, unknown, Scope>, 'principal' | 'path' | 'requestId'>) {
  return { tenantId: principal.tenantId, sessionId: path('sessionId'), requestId };
}

/** Linked WhatsApp accounts: creating, reading and steering them. */
export const handler = createApiHandler({
  logger,
  authenticate,
  limits,
  idempotency,
  operations: [
    bind(
      sessionOperations.create,
      async (request) => {
        const { principal, reservedId: sessionId, requestId, body } = request;
        const { tenantId, plan } = principal;
        const trail = audit.entryItem(sessionNote('session.created', request, sessionId));
        return { data: await createSession({ tenantId, plan, sessionId, requestId, trail, body }, parts) };
      },
      async (tenantId, sessionId) => (await parts.sessions.find(tenantId, sessionId)) !== undefined,
    ),
    bindList(sessionOperations.list, ({ principal: { tenantId }, query }) =>
      answerPage({
        cursors,
        list: JSON.stringify([tenantId, 'sessions', query.status, query.name]),
        query,
        read: (page) => parts.sessions.list(tenantId, { ...page, status: query.status, namePrefix: query.name }),
        present: presentSession,
      }),
    ),
    bind(sessionOperations.get, async (request) => ({
      data: presentSession(await requireSession(placeOf(request), parts)),
    })),
    bind(sessionOperations.change, async (request) => {
      return { data: presentSession(await changeSession({ ...placeOf(request), change: request.body }, parts)) };
    }),
    bind(sessionOperations.delete, async (request) => {
      const place = placeOf(request);
      const trail = audit.entryItem(sessionNote('session.deleted', request, place.sessionId));
      await deleteSession({ ...place, trail }, parts);
      return { data: { sessionId: place.sessionId, deleted: true } };
    }),
    bind(sessionOperations.status, async (request) => ({
      data: presentStatus(await requireSession(placeOf(request), parts)),
    })),
    bind(sessionOperations.qr, (request) => getQr({ ...placeOf(request), query: request.query }, parts)),
    bind(sessionOperations.pairingCode, async (request) => ({
      data: await createPairingCode({ ...placeOf(request), phone: request.body.phone }, parts),
    })),
    ...(['start', 'stop', 'restart', 'logout'] as const).map((verb) =>
      bind(sessionOperations[verb], async (request) => {
        const session = await setDesired(verb, placeOf(request), parts);
        if (verb === 'logout') await audit.append(sessionNote('session.logged_out', request, session.sessionId));
        return { data: presentSession(session) };
      }),
    ),
  ],
});
