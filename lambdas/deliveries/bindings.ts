import { setTimeout as sleep } from 'node:timers/promises';
import type { Principal } from '../../core/accounts/principal.ts';
import type { PublishEvent } from '../../core/events/publish-event.ts';
import { notFound } from '../../core/http/not-found.ts';
import type { SessionRepository } from '../../core/sessions/session-repository.ts';
import type { Table } from '../../core/storage/table.ts';
import { createDeliveryLog } from '../../core/webhooks/delivery-log.ts';
import type { SendDeliveryTasks } from '../../core/webhooks/delivery-queue.ts';
import { createDeliveryRepository } from '../../core/webhooks/delivery-repository.ts';
import { createRecoveryRepository } from '../../core/webhooks/recovery/recovery-repository.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import type { WebhookDirectory } from '../../core/webhooks/webhook-directory.ts';
import type { ApiParts } from '../shared/api-parts.ts';
import { getWebhook } from '../shared/get-webhook.ts';
import { type BoundOperation, bind, bindList, type PathVariables } from '../shared/operation.ts';
import { answerPage } from '../shared/paging.ts';
import { eventOperations } from './event-operations.ts';
import { deliveryOperations } from './operations.ts';
import { presentAttempt, presentDelivery } from './present-delivery.ts';
import { eventsAnswer, readEvents } from './read-events.ts';
import { getRecovery, presentRecovery, type RecoverParts, recoverDeliveries, utc } from './recover-deliveries.ts';
import { resendDelivery } from './resend-delivery.ts';
import { sendTestEvent } from './send-test-event.ts';
import { readStats } from './webhook-stats.ts';

type WebhookOf = (request: Aimed) => Promise<Webhook>;

export interface DeliveryBindingParts {
  readonly webhooks: Pick<WebhookDirectory, 'find'>;
  readonly publish: PublishEvent;
  readonly now: () => number;
  readonly sessions: Pick<SessionRepository, 'find' | 'list'>;
  /** The `deliveries` table. */
  readonly deliveries: Table;
  readonly sendTasks: SendDeliveryTasks;
}

interface Aimed {
  readonly principal: Principal;
  readonly path: PathVariables;
}

/** The operations on what webhooks were sent. */
export function bindDeliveryOperations(
  parts: DeliveryBindingParts,
  { cursors }: Pick<ApiParts, 'cursors'>,
): BoundOperation[] {
  const { now } = parts;
  const deliveryLog = createDeliveryLog(parts.deliveries, now);
  const recover: RecoverParts = {
    recoveries: createRecoveryRepository(parts.deliveries),
    deliveryLog,
    deliveries: createDeliveryRepository(parts.deliveries),
    webhooks: { find: ({ tenantId, webhookId }) => parts.webhooks.find(tenantId, webhookId) },
    sendTasks: parts.sendTasks,
    now,
  };
  const webhookOf: WebhookOf = ({ principal, path }) => getWebhook(principal, path('webhookId'), parts.webhooks);
  const deliveryOf = async (request: Aimed) => {
    const { tenantId, webhookId } = await webhookOf(request);
    const delivery = await deliveryLog.find(tenantId, webhookId, request.path('deliveryId'));
    if (delivery === undefined) throw notFound('delivery');
    return delivery;
  };
  return [
    bind(deliveryOperations.test, async (request) => {
      const { reservedId: eventId, requestId } = request;
      return { data: await sendTestEvent(await webhookOf(request), { eventId, requestId }, parts) };
    }),
    bindList(deliveryOperations.list, async (request) => {
      const { tenantId, webhookId } = await webhookOf(request);
      const { status, type, since, until, ...query } = request.query;
      const filter = {
        type,
        ...(status !== undefined && { states: [status] }),
        ...(since !== undefined && { since: utc(since) }),
        ...(until !== undefined && { until: utc(until) }),
        newestFirst: true,
      };
      return answerPage({
        cursors,
        list: JSON.stringify([tenantId, webhookId, 'deliveries', filter]),
        query,
        read: (page) => deliveryLog.list(tenantId, webhookId, { ...page, ...filter }),
        present: presentDelivery,
      });
    }),
    bind(deliveryOperations.get, async (request) => ({ data: presentDelivery(await deliveryOf(request)) })),
    bindList(deliveryOperations.attempts, async (request) => {
      const { tenantId, deliveryId } = await deliveryOf(request);
      return answerPage({
        cursors,
        list: `${tenantId}/${deliveryId}/attempts`,
        query: request.query,
        read: (page) => deliveryLog.attempts(tenantId, deliveryId, page),
        present: presentAttempt,
      });
    }),
    bind(deliveryOperations.stats, async (request) => {
      const { tenantId, webhookId } = await webhookOf(request);
      return { data: await readStats(parts.deliveries, { tenantId, webhookId, nowMs: now() }) };
    }),
    ...bindReplays(webhookOf, recover),
    bindEvents(parts),
  ];
}

/** What sends again what was sent before. */
function bindReplays(webhookOf: WebhookOf, recover: RecoverParts): BoundOperation[] {
  return [
    bind(deliveryOperations.resend, async (request) => {
      const webhook = await webhookOf(request);
      return { data: presentDelivery(await resendDelivery(webhook, request.path('deliveryId'), recover)) };
    }),
    bind(deliveryOperations.recover, async (request) => {
      const { reservedId: recoveryId, body } = request;
      const job = await recoverDeliveries(await webhookOf(request), { recoveryId, body }, recover);
      return { data: presentRecovery(job) };
    }),
    bind(deliveryOperations.recovery, async (request) => {
      const webhook = await webhookOf(request);
      return { data: presentRecovery(await getRecovery(webhook, request.path('recoveryId'), recover)) };
    }),
  ];
}

function bindEvents(parts: DeliveryBindingParts): BoundOperation {
  return bindList(eventOperations.list, async ({ principal: { tenantId }, path, query }) => {
    const sessionId = path('sessionId');
    if ((await parts.sessions.find(tenantId, sessionId)) === undefined) throw notFound('session');
    const page = await readEvents({ tenantId, sessionId, query }, parts.deliveries, { now: parts.now, sleep });
    return { content: eventsAnswer(page), contentType: 'application/json' };
  });
}
