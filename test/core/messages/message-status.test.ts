import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageStatus } from '../../../core/messages/message.ts';
import { statusAdvances, statusesBefore } from '../../../core/messages/message-status.ts';

const statuses: MessageStatus[] = ['queued', 'sending', 'sent', 'delivered', 'read', 'played', 'failed'];

describe('message status', () => {
  it('never goes back, whatever order receipts come in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(statuses, { minLength: 1 }), (arrivals) => {
        let current: MessageStatus = 'queued';
        for (const arrival of arrivals) {
          const before: MessageStatus = current;
          if (statusAdvances(current, arrival)) current = arrival;
          expect(statusAdvances(current, before)).toBe(false);
        }
        if (arrivals.includes('read') && !arrivals.includes('played')) expect(current).toBe('read');
      }),
    );
  });

  it('does not fail a message that was sent, and lets a late proof overrule a failure', () => {
    expect(statusAdvances('sent', 'failed')).toBe(false);
    expect(statusAdvances('failed', 'delivered')).toBe(true);
    expect(statusesBefore('delivered')).toEqual(expect.arrayContaining(['queued', 'sending', 'sent', 'failed']));
    expect(statusesBefore('queued')).toEqual([]);
  });
});
