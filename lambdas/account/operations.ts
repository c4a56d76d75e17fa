import { defineOperation } from '../shared/operation.ts';
import { pageQuery } from '../shared/paging.ts';
import { auditEntry, plan, sessionUsage, sessionUsageQuery, usage, usageQuery } from './schemas.ts';

export const accountOperations = {
  plans: defineOperation({
    id: 'listPlans',
    method: 'GET',
    path: '/plans',
    summary: 'Plans of this installation and what each allows',
    description: 'All of them at once; there is no next page.',
    access: 'open',
    status: 200,
    data: plan,
    list: true,
    errors: [],
  }),
  usage: defineOperation({
    id: 'getUsage',
    method: 'GET',
    path: '/usage',
    summary: 'What the account has used, by day or by month, and how full its quotas are',
    description:
      'Days and months are those of UTC. Ranges are at most 92 days or 13 months long. With `sessionId` the periods count that session alone, also when it is deleted by now; the quotas are always those of the account.',
    access: 'account:read',
    query: usageQuery,
    status: 200,
    data: usage,
    errors: [],
  }),
  usageOfSessions: defineOperation({
    id: 'listUsageOfSessions',
    method: 'GET',
    path: '/usage/sessions',
    summary: 'What each session used in one month, for bills',
    description:
      'Sessions that were deleted in the meantime are listed too. The same month of the last two years can be read.',
    access: 'account:read',
    query: sessionUsageQuery,
    status: 200,
    data: sessionUsage,
    errors: ['CURSOR_INVALID'],
  }),
  audit: defineOperation({
    id: 'listAuditEntries',
    method: 'GET',
    path: '/audit',
    summary: 'What was done in the account: by whom, to what and from where; newest first',
    description: 'Entries are kept for 400 days. Nobody can change or delete one.',
    access: 'account:read',
    query: pageQuery,
    status: 200,
    data: auditEntry,
    errors: ['CURSOR_INVALID'],
  }),
};
