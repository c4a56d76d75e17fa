import { describe, expect, it } from 'vitest';
import { reactToOutcome, triesMax } from '../../../connector/commands/react-to-outcome.ts';
import { createAcknowledgements } from '../../../connector/engine/baileys/acknowledgements.ts';

const first = { tries: 1, refreshed: false, isNewChat: false };

describe('reactToOutcome', () => {
  it('never tries 463 again: a new chat waits, and one that has begun has failed', () => {
    expect(reactToOutcome({ kind: 'refused', code: 463 }, { ...first, isNewChat: true })).toEqual({
      kind: 'restricted',
    });
    expect(reactToOutcome({ kind: 'refused', code: 463 }, first)).toEqual({
      kind: 'failed',
      reason: 'account_restricted',
    });
  });

  it('tries 479 once more with fresh devices', () => {
    expect(reactToOutcome({ kind: 'refused', code: 479 }, first)).toEqual({ kind: 'refresh_and_retry' });
    expect(reactToOutcome({ kind: 'refused', code: 479 }, { ...first, tries: 2, refreshed: true })).toEqual({
      kind: 'failed',
      reason: 'refused_479',
    });
  });

  it('tries again without an answer, but not for ever', () => {
    const silent = { kind: 'unknown', reason: 'no_acknowledgement' } as const;
    expect(reactToOutcome(silent, first)).toEqual({ kind: 'retry' });
    expect(reactToOutcome(silent, { ...first, tries: triesMax })).toMatchObject({ kind: 'failed' });
  });
});

describe('acknowledgements', () => {
  it('takes the ack, the error, the receipt, and the end of the socket as answers', async () => {
    const answers = createAcknowledgements(() => 0);
    const [acked, refused, received, lost] = ['A', 'B', 'C', 'D'].map((id) => answers.expect(id).within(60_000));
    answers.take({ id: 'A', t: '1' });
    answers.take({ id: 'B', error: '479' });
    answers.takeReceipt(['C', 'unknown'], '2026-11-22T10:00:00.000Z');
    answers.abandon();
    expect(await Promise.all([acked, refused, received, lost])).toEqual([
      { kind: 'acknowledged', at: '1970-01-01T00:00:01.000Z' },
      { kind: 'refused', code: 479 },
      { kind: 'acknowledged', at: '2026-11-22T10:00:00.000Z' },
      { kind: 'unknown', reason: 'connection_closed' },
    ]);
  });

  it('gives up after the time given', async () => {
    const answer = createAcknowledgements(() => 0)
      .expect('A')
      .within(1);
    expect(await answer).toEqual({ kind: 'unknown', reason: 'no_acknowledgement' });
  });
});
