import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParkedSend } from '../../../connector/sending/sending-store.ts';
import { WaitingList } from '../../../connector/sending/waiting-list.ts';

const waiting = { reason: 'new_chat_budget', until: null } as const;
const entry = (place: number, chat: string, isNewChat = true): ParkedSend => ({
  ...{ messageId: `M${place}`, position: String(place).padStart(4, '0'), addresses: [chat] },
  ...{ isNewChat, waiting, expiresAtSeconds: 0 },
});

describe('WaitingList', () => {
  it('keeps a message behind those of its chat, and a new chat behind every new chat', () => {
    const list = new WaitingList([entry(2, 'ann'), entry(5, 'bob', false)]);
    expect(list.behind(entry(3, 'ann', false))).toBe(waiting);
    expect(list.behind(entry(3, 'carl'))).toBe(waiting);
    expect(list.behind(entry(3, 'carl', false))).toBeUndefined();
    expect(list.behind(entry(1, 'ann'))).toBeUndefined();
    expect(list.behind(entry(6, 'bob', false))).toBe(waiting);
  });

  it('stays in order however messages come and go', () => {
    const steps = fc.array(fc.record({ place: fc.nat(30), isComing: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (each) => {
        const list = new WaitingList([]);
        const expected = new Set<number>();
        for (const { place, isComing } of each) {
          if (isComing) list.set(entry(place, 'ann'));
          else list.delete(`M${place}`);
          if (isComing) expected.add(place);
          else expected.delete(place);
          const order = [...expected].sort((one, other) => one - other).map((number) => `M${number}`);
          expect(list.inOrder().map(({ messageId }) => messageId)).toEqual(order);
        }
      }),
    );
  });
});
