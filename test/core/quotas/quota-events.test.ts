import { describe, expect, it } from 'vitest';
import { quotaEvents } from '../../../core/quotas/index.ts';

const noon = Date.UTC(2026, 10, 22, 12);
const state = { quota: 'messages', limit: 10, used: 8, resetsAt: '2026-11-23T00:00:00.000Z' } as const;
const use = { tenantId: 'usr_a', sessionId: 'ses_a', metadata: { client: '7' }, before: 7, state, atMs: noon };

describe('quotaEvents', () => {
  it('says what is used, of which limit, in the session that caused it', () => {
    const [event, ...more] = quotaEvents({ ...use, requestId: 'req_1' });
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'quota.warning',
      tenantId: 'usr_a',
      sessionId: 'ses_a',
      timestamp: '2026-11-22T12:00:00.000Z',
      metadata: { client: '7' },
      data: state,
      requestId: 'req_1',
    });
  });

  it('gives one id for a level, day and account, whichever session and moment', () => {
    const first = quotaEvents(use)[0]?.id;
    expect(quotaEvents({ ...use, sessionId: 'ses_b', atMs: noon + 1_000, before: 5 })[0]?.id).toBe(first);
    expect(quotaEvents({ ...use, tenantId: 'usr_b' })[0]?.id).not.toBe(first);
    expect(quotaEvents({ ...use, atMs: noon + 86_400_000 })[0]?.id).not.toBe(first);
    expect(quotaEvents({ ...use, before: 9, state: { ...state, used: 10 } })[0]?.id).not.toBe(first);
  });

  it('keeps the webhooks of two sessions apart', () => {
    const webhooks = { ...use, state: { ...state, quota: 'webhooks', resetsAt: null } as const };
    expect(quotaEvents(webhooks)[0]?.id).not.toBe(quotaEvents({ ...webhooks, sessionId: 'ses_b' })[0]?.id);
  });

  it('is silent between the levels', () => {
    expect(quotaEvents({ ...use, before: 8, state: { ...state, used: 9 } })).toEqual([]);
  });
});
