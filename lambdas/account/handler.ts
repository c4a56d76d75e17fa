import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { readScaler, readShards, readWorkers } from '../../core/fleet/read-fleet.ts';
import { listPlans } from '../../core/plans/load-plans.ts';
import { createMessageQuota } from '../../core/quotas/message-quota.ts';
import { createUsageRepository } from '../../core/usage/usage-repository.ts';
import { utcMonth } from '../../core/utc-calendar.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { createApiParts } from '../shared/api-parts.ts';
import { createIdempotencyParts } from '../shared/idempotency-parts.ts';
import { bind, bindList } from '../shared/operation.ts';
import { answerPage } from '../shared/paging.ts';
import { bindAdminOperations } from './admin-bindings.ts';
import { fleetOperations } from './fleet-operations.ts';
import { fleetOverview } from './fleet-overview.ts';
import { accountOperations } from './operations.ts';
import { presentAuditEntry } from './present.ts';
import { readUsage } from './read-usage.ts';

const api = createApiParts('account');
const { control, cursors, audit } = api;
const fleetTable = { dynamodb: api.dynamodb, tableName: requireEnvironment(environmentNames.fleetTable) };
const shardCount = Number(requireEnvironment(environmentNames.shardCount));
const usage = createUsageRepository(control);
const messageQuota = createMessageQuota(control);

/** Plans, usage and trail of an account, and what administrators do. */
export const handler = createApiHandler({
  logger: api.logger,
  authenticate: api.authenticate,
  limits: api.limits,
  idempotency: createIdempotencyParts(control).idempotency,
  operations: [
    bindList(accountOperations.plans, async () => ({
      data: listPlans(api.plans).map((plan) => ({ ...plan, isDefault: plan.name === api.defaultPlan })),
      pagination: { nextCursor: null, hasMore: false },
    })),
    bind(accountOperations.usage, async ({ principal, query }) => ({
      data: await readUsage(principal, query, { control, usage, messageQuota, now: Date.now }),
    })),
    bindList(accountOperations.usageOfSessions, ({ principal: { tenantId }, query }) => {
      const { month = utcMonth(Date.now()), ...page } = query;
      return answerPage({
        cursors,
        list: `${tenantId}/usage/${month}`,
        query: page,
        read: (wanted) => usage.listSessions(tenantId, month, wanted),
        present: (row) => ({ ...row, days: [...row.days] }),
      });
    }),
    bindList(accountOperations.audit, ({ principal: { tenantId }, query }) =>
      answerPage({
        cursors,
        list: `${tenantId}/audit`,
        query,
        read: (page) => audit.list(tenantId, page),
        present: presentAuditEntry,
      }),
    ),
    bind(fleetOperations.get, async () => {
      const [workers, shards, scaler] = await Promise.all([
        readWorkers(fleetTable),
        readShards(fleetTable),
        readScaler(fleetTable),
      ]);
      return { data: fleetOverview({ workers, shards, scaler }, { shardCount, nowMs: Date.now() }) };
    }),
    ...bindAdminOperations(api),
  ],
});
