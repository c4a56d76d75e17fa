import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deque } from '../../../../local/engines/sqs/structure/deque.ts';
import { IndexedHeap } from '../../../../local/engines/sqs/structure/indexed-heap.ts';

describe('IndexedHeap', () => {
  it('gives its members in order although some were removed or changed in between', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(5), fc.nat(50))), (entries) => {
        const heap = new IndexedHeap<{ value: number; heapIndex: number }>((a, b) => a.value < b.value);
        const members = entries.map(([value]) => ({ value, heapIndex: -1 }));
        for (const member of members) heap.add(member);
        const kept = members.filter((member, index) => {
          const [, action, other] = entries[index]!;
          if (action === 0) heap.remove(member);
          if (action === 1) {
            member.value = other;
            heap.update(member);
          }
          return action !== 0;
        });
        const out: number[] = [];
        for (let first = heap.first(); first !== undefined; first = heap.first()) {
          out.push(first.value);
          heap.remove(first);
          expect(first.heapIndex).toBe(-1);
        }
        expect(out).toEqual(kept.map(({ value }) => value).sort((a, b) => a - b));
      }),
    );
  });
});

describe('Deque', () => {
  it('is an array with a fast front', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(), fc.constant('shift' as const)), { maxLength: 500 }), (steps) => {
        const deque = new Deque<number>();
        const model: number[] = [];
        for (const step of steps) {
          if (step === 'shift') expect(deque.shift()).toBe(model.shift());
          else {
            deque.push(step);
            model.push(step);
          }
          expect(deque.first()).toBe(model[0]);
        }
      }),
    );
  });
});
