import { expect, it } from 'vitest';
import { DeviceQueue } from '../../../simulator/accounts/device-queue.ts';
import { memoryStore } from '../../../simulator/storage/store.ts';
import { node } from '../../../simulator/wire/node.ts';

function queueOf(...stanzas: ReturnType<typeof node>[]): DeviceQueue {
  const queue = new DeviceQueue('queue/1/1', memoryStore);
  for (const stanza of stanzas) queue.push(stanza).sentOn = 1;
  return queue;
}

it('lets an acknowledgement remove one stanza of that kind, the oldest', () => {
  const queue = queueOf(node('message', { id: 'A', t: '1' }), node('message', { id: 'A', t: '2' }));
  expect(queue.acknowledge('message', 'B')).toBe(false);
  expect(queue.acknowledge('message', 'A')).toBe(true);
  expect(queue.all().map(({ stanza }) => stanza.attrs.t)).toEqual(['2']);
});

it('tells receipts for the same message apart by their type', () => {
  const queue = queueOf(node('receipt', { id: 'A' }), node('receipt', { id: 'A', type: 'read' }));
  expect(queue.acknowledge('receipt', 'A', 'read')).toBe(true);
  expect(queue.acknowledge('receipt', 'A', 'read')).toBe(false);
  expect(queue.acknowledge('receipt', 'A')).toBe(true);
});

it('keeps what was never sent, whatever is acknowledged', () => {
  const queue = new DeviceQueue('queue/1/1', memoryStore);
  queue.push(node('message', { id: 'A' }));
  expect(queue.acknowledge('message', 'A')).toBe(false);
  expect([queue.size, queue.unacknowledged()]).toEqual([1, 0]);
});
