import { describe, expect, it } from 'vitest';
import { decideIntent, type IntentContext } from '../../../connector/session/decide-intent.ts';
import { noAutoReply } from '../../../core/auto-reply/auto-reply.ts';
import type { Session } from '../../../core/sessions/session.ts';

const nowMs = Date.parse('2026-11-22T12:00:00.000Z');
const row = (fields: Partial<Session>): Session => ({
  tenantId: 'usr_1',
  sessionId: 'ses_1',
  name: 'x',
  shard: 0,
  desired: 'connected',
  desiredRev: 1,
  status: 'starting',
  statusRev: 0,
  statusSince: '2026-11-22T11:00:00.000Z',
  statusHistory: [],
  metadata: {},
  settings: {},
  autoReply: noAutoReply,
  createdAt: '2026-11-22T11:00:00.000Z',
  updatedAt: '2026-11-22T11:00:00.000Z',
  ...fields,
});
const fresh: IntentContext = { active: false, actedRev: undefined, linked: false, pairingAnsweredAt: undefined, nowMs };
const running: IntentContext = { ...fresh, active: true, actedRev: 1 };

describe('decideIntent', () => {
  it('connects what is new or was interrupted', () => {
    expect(decideIntent(row({}), fresh)).toBe('connect');
    expect(decideIntent(row({ status: 'connected', handledRev: 1 }), fresh)).toBe('connect');
    expect(decideIntent(row({ status: 'reconnecting', handledRev: 1 }), fresh)).toBe('connect');
  });

  it.each(['qr_expired', 'passkey_required', 'logged_out', 'banned', 'conflict', 'failed'] as const)(
    'leaves %s alone until the tenant wishes anew',
    (status) => {
      expect(decideIntent(row({ status, handledRev: 1 }), fresh)).toBe('stay');
      expect(decideIntent(row({ status, handledRev: 1, desiredRev: 2 }), fresh)).toBe('connect');
      expect(decideIntent(row({ status }), { ...fresh, actedRev: 1 })).toBe('stay');
    },
  );

  it('ends a restriction when its time has passed', () => {
    const restricted = { status: 'restricted', handledRev: 1 } as const;
    expect(decideIntent(row({ ...restricted, until: '2026-11-22T12:00:01.000Z' }), fresh)).toBe('stay');
    expect(decideIntent(row({ ...restricted, until: '2026-11-22T11:59:59.000Z' }), fresh)).toBe('connect');
  });

  it('does nothing while all is well, and reconnects on a restart', () => {
    expect(decideIntent(row({ status: 'connected' }), running)).toBe('stay');
    expect(decideIntent(row({ status: 'connected', desiredRev: 2 }), running)).toBe('reconnect');
  });

  it('stops, logs out and deletes once', () => {
    expect(decideIntent(row({ desired: 'stopped' }), running)).toBe('stop');
    expect(decideIntent(row({ desired: 'stopped', status: 'stopped', handledRev: 1 }), fresh)).toBe('stay');
    expect(decideIntent(row({ desired: 'logged_out' }), running)).toBe('log_out');
    expect(decideIntent(row({ desired: 'logged_out', status: 'logged_out', handledRev: 1 }), fresh)).toBe('stay');
    expect(decideIntent(row({ desired: 'deleted' }), running)).toBe('delete');
  });

  it('answers a request for a pairing code once, while somebody waits for it and nothing is linked', () => {
    const pairingRequestedAt = '2026-11-22T11:59:00.000Z';
    const asked = row({ pairingPhone: '4915100000001', pairingRequestedAt });
    expect(decideIntent(asked, running)).toBe('pair');
    expect(decideIntent(asked, fresh)).toBe('pair');
    expect(decideIntent(asked, { ...running, pairingAnsweredAt: pairingRequestedAt })).toBe('stay');
    expect(decideIntent(asked, { ...running, linked: true })).toBe('stay');
    expect(decideIntent(asked, { ...running, nowMs: nowMs + 600_000 })).toBe('stay');
  });
});
