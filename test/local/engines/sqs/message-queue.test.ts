import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultIdentity } from '../../../../local/engines/identity.ts';
import { Broker } from '../../../../local/engines/sqs/broker.ts';
import { changeMessageVisibility, deleteMessage, sendMessage } from '../../../../local/engines/sqs/message-actions.ts';
import { receiveMessages } from '../../../../local/engines/sqs/receive-messages.ts';
import type { ReceivedMessage } from '../../../../local/engines/sqs/sqs-engine.ts';
import { noJournal } from '../../../../local/engines/sqs/storage/journal-record.ts';
import { FakeClock } from '../fake-clock.ts';

/** What consumers and producers may do to a queue, in any order. */
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('send' as const), group: fc.nat(2), id: fc.nat(30) }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 10 }) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), held: fc.nat(20) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('give-back' as const), held: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('hide-longer' as const), held: fc.nat(20) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
    },
  ),
  { maxLength: 120 },
);

interface Held extends ReceivedMessage {
  readonly group: string;
  untilMs: number;
}

/** A queue, and beside it what must be true of it: the plainest model that could be written. */
class World {
  readonly clock = new FakeClock();
  readonly broker = new Broker({ clock: this.clock, identity: defaultIdentity, journal: noJournal });
  readonly held: Held[] = [];
  /** Ids of messages in the queue, in order of arrival. */
  readonly alive: { readonly id: string; readonly group: string }[] = [];
  readonly sends = new Map<string, { readonly id: string; readonly atMs: number }>();
  readonly name: string;

  constructor(name: string) {
    this.name = name;
    this.broker.create(name, { VisibilityTimeout: '30' }, {});
  }

  get fifo(): boolean {
    return this.name.endsWith('.fifo');
  }

  inFlight(): Held[] {
    return this.held.filter(({ untilMs }) => untilMs > this.clock.now());
  }

  send(group: number, id: number): void {
    const groupId = `g${group}`;
    const sent = sendMessage(this.broker, this.name, {
      body: 'x',
      groupId,
      ...(this.fifo ? { deduplicationId: `d${id}` } : {}),
    });
    const earlier = this.sends.get(`d${id}`);
    if (this.fifo && earlier !== undefined && this.clock.now() - earlier.atMs < 300_000) {
      expect(sent.id).toBe(earlier.id);
      return;
    }
    expect(this.alive.some((message) => message.id === sent.id)).toBe(false);
    this.sends.set(`d${id}`, { id: sent.id, atMs: this.clock.now() });
    this.alive.push({ id: sent.id, group: groupId });
  }

  async receive(max: number): Promise<void> {
    const blocked = new Set(this.inFlight().map(({ group }) => group));
    const hidden = new Set(this.inFlight().map(({ messageId }) => messageId));
    const received = await receiveMessages(this.broker, this.name, { max });
    for (const message of received) {
      expect(this.alive.some(({ id }) => id === message.messageId)).toBe(true);
      expect(hidden.has(message.messageId)).toBe(false);
    }
    if (this.fifo) this.expectFirstOfFreeGroups(received, blocked, max);
    else expect(received.length).toBe(Math.min(max, this.alive.length - hidden.size));
    for (const message of received) {
      const again = this.held.findIndex(({ messageId }) => messageId === message.messageId);
      if (again !== -1) this.held.splice(again, 1);
      const group = message.systemAttributes.MessageGroupId as string;
      this.held.push({ ...message, group, untilMs: this.clock.now() + 30_000 });
    }
  }

  /** No group with a message in flight is served, and each served group gives its oldest messages in order. */
  expectFirstOfFreeGroups(received: readonly ReceivedMessage[], blocked: ReadonlySet<string>, max: number): void {
    const byGroup = Map.groupBy(received, ({ systemAttributes }) => systemAttributes.MessageGroupId as string);
    for (const [group, messages] of byGroup) {
      expect(blocked.has(group)).toBe(false);
      const oldest = this.alive.filter((message) => message.group === group).slice(0, messages.length);
      expect(messages.map(({ messageId }) => messageId)).toEqual(oldest.map(({ id }) => id));
    }
    const free = this.alive.filter(({ group }) => !blocked.has(group));
    expect(received.length).toBe(Math.min(max, free.length));
  }

  delete(index: number): void {
    const held = this.held[index % Math.max(this.held.length, 1)];
    if (held === undefined) return;
    const expired = held.untilMs <= this.clock.now();
    if (this.fifo && expired) {
      expect(() => deleteMessage(this.broker, this.name, held.receiptHandle)).toThrow(/expired/);
      return;
    }
    deleteMessage(this.broker, this.name, held.receiptHandle);
    this.held.splice(this.held.indexOf(held), 1);
    this.alive.splice(
      this.alive.findIndex(({ id }) => id === held.messageId),
      1,
    );
  }

  hide(index: number, seconds: number): void {
    const held = this.held[index % Math.max(this.held.length, 1)];
    if (held === undefined) return;
    const change = () => changeMessageVisibility(this.broker, this.name, held.receiptHandle, seconds);
    if (held.untilMs <= this.clock.now()) {
      expect(change).toThrow(/not in flight/);
      return;
    }
    change();
    held.untilMs = this.clock.now() + seconds * 1_000;
  }

  expectCounts(): void {
    const { counts } = this.broker.get(this.name).queue;
    const inFlight = this.inFlight().length;
    expect(counts).toEqual({ delayed: 0, ready: this.alive.length - inFlight, 'in-flight': inFlight });
  }

  /** Everything that was sent and not deleted comes out in the end, each message once. */
  async drain(): Promise<void> {
    const expected = new Set(this.alive.map(({ id }) => id));
    const seen: string[] = [];
    while (seen.length < expected.size) {
      this.clock.seconds(100);
      const messages = await receiveMessages(this.broker, this.name, { max: 10 });
      expect(messages.length).toBeGreaterThan(0);
      for (const message of messages) {
        seen.push(message.messageId);
        deleteMessage(this.broker, this.name, message.receiptHandle);
      }
    }
    expect(new Set(seen)).toEqual(expected);
    expect(seen).toHaveLength(expected.size);
  }
}

describe.each(['queue', 'queue.fifo'])('MessageQueue as %s', (name) => {
  it('loses nothing, doubles nothing and keeps its order, whatever consumers do', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const world = new World(name);
        for (const step of sequence) {
          if (step.kind === 'send') world.send(step.group, step.id);
          else if (step.kind === 'receive') await world.receive(step.max);
          else if (step.kind === 'delete') world.delete(step.held);
          else if (step.kind === 'give-back') world.hide(step.held, 0);
          else if (step.kind === 'hide-longer') world.hide(step.held, 90);
          else world.clock.seconds(step.seconds);
          world.expectCounts();
        }
        await world.drain();
      }),
      { numRuns: 300 },
    );
  });
});
