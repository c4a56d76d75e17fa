import { describe, expect, it } from 'vitest';
import { canQueueMessages, codeMayCome, isLinked, startIsPending } from '../../../core/sessions/linking-progress.ts';
import type { Session } from '../../../core/sessions/session.ts';
import { sessionStatuses } from '../../../core/sessions/session-status.ts';

function session(values: Partial<Session>): Session {
  return {
    desired: 'connected',
    desiredRev: 2,
    handledRev: 2,
    status: 'starting',
    ...values,
  } as Session;
}

const those = (judge: (session: Session) => boolean, values: Partial<Session> = {}) =>
  sessionStatuses.filter((status) => judge(session({ status, ...values })));

describe('what may be expected of a session', () => {
  it('judges a status that answers the last wish', () => {
    expect(those(startIsPending)).toEqual([]);
    expect(those(codeMayCome)).toEqual(['starting', 'scan_qr', 'connecting']);
    expect(those(canQueueMessages)).toEqual(['starting', 'connecting', 'connected', 'reconnecting']);
  });

  it('trusts a start that no connector has acted on yet', () => {
    const values = { desiredRev: 3 };
    const restarted = ['stopped', 'qr_expired', 'passkey_required', 'logged_out', 'conflict', 'failed'];
    expect(those(startIsPending, values).sort()).toEqual(restarted.sort());
    expect(those(startIsPending, { ...values, desired: 'stopped' })).toEqual([]);
  });

  it('knows a linked account by its number, also while it rests', () => {
    expect(those(isLinked)).toEqual(['connected', 'reconnecting', 'restricted']);
    const phone = '+491510000001';
    expect(those(isLinked, { phone })).toEqual([...sessionStatuses]);
  });
});
